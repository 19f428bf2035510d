using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;
using MLOps.Records;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model impact</c>: which versions and deployments something went into, a bad dataset version for instance.</summary>
internal static class ModelImpactCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("id") { Description = "A dataset version (its id, dataset@tag), a run, a model version, or kind:id." };
        var depth = new Option<int>("--depth") { Description = "How many steps at most, 1 to 64.", DefaultValueFactory = _ => 16 };
        return new Command("impact", "Which model versions and deployments something went into.") { id, depth }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var entity = await new EntityLookup(store).FindAsync(arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                var graph = await store.Lineage.GraphAsync(entity, LineageDirection.Downstream, arguments.GetValue(depth), cancellationToken).ConfigureAwait(false);
                var versions = graph.OfKind(EntityRef.ModelKind).Where(e => e != entity).Select(e => e.Id).ToList();
                var deployments = new List<ImpactItem>();
                foreach (var deployment in graph.OfKind(EntityRef.DeploymentKind))
                {
                    var move = await DeploymentLookup.FindAsync(store, deployment.Id, cancellationToken).ConfigureAwait(false);
                    var now = false;
                    await foreach (var alias in store.Models.AliasesAsync(move.Model, cancellationToken).ConfigureAwait(false)) now |= alias.Alias == move.Alias && alias.Revision == move.Revision;
                    deployments.Add(new ImpactItem(deployment.Id, move.Model, move.Number, move.Alias, move.MovedAt, move.MovedBy, now));
                }

                if (screen.Json) screen.Write(new ImpactDocument($"{entity}", versions, deployments, graph.IsCut), CliJson.Default.ImpactDocument);
                else Show(screen, versions, deployments, graph.IsCut);
                return ExitCode.Ok;
            });
    }

    private static void Show(Screen screen, List<string> versions, List<ImpactItem> deployments, bool isCut)
    {
        screen.Line(versions.Count == 0 ? "It went into no model version." : $"{Words.Count(versions.Count, "model version")}: {string.Join(", ", versions.Take(20))}{(versions.Count > 20 ? ", …" : "")}");
        if (deployments.Count == 0) screen.Line("No alias has pointed to any of them.");
        else
            screen.Table(["deployment", "version", "since", "by", "state"], [.. deployments.Select(d => (IReadOnlyList<Cell>)
                [d.Deployment, FormattableString.Invariant($"{d.Model}/{d.Number}"), Words.Time(d.MovedAt), d.MovedBy, d.IsCurrent ? new Cell("in use", "red") : Cell.Faint("replaced")])]);
        if (isCut) screen.Line("There is more: the lineage is too large to follow whole. Ask with a smaller --depth, or nearer to the point.");
    }
}
