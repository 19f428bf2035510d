using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Delivery;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops deploy status</c>: the deployments, or one with what it waits for and what its guards see.</summary>
internal static class DeployStatusCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string?>("deployment") { Description = "Its id, or a model for its latest; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        return new Command("status", "Shows the deployments, or one with what it waits for and what its guards see.") { id }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                if (arguments.GetValue(id) is { } one)
                {
                    Show(screen, await store.Deployments.ProspectAsync(one, cancellationToken).ConfigureAwait(false));
                    return ExitCode.Ok;
                }

                var all = new List<DeploymentItem>();
                await foreach (var deployment in store.Deployments.ListAsync(null, cancellationToken).ConfigureAwait(false)) all.Add(DeploymentItem.Of(deployment));
                if (screen.Json) screen.Write(new DeploymentListDocument(all), CliJson.Default.DeploymentListDocument);
                else if (all.Count == 0) screen.Line("No deployment was started yet.");
                else
                    screen.Table(["deployment", "version", new("alias", 2), "state", "share", new("since", 1), new("by", 3), new("why", 4)], [.. all.Select(d => (IReadOnlyList<Cell>)
                        [d.Id, Text($"{d.Model}/{d.Number}"), d.Alias, new Cell(d.State, Colour(d.State)), Text($"{d.Share:P2}"), Words.Time(d.Since), d.CreatedBy, d.Reason])]);
                return ExitCode.Ok;
            });
    }

    public static string Colour(string state) => state switch { "promoted" => "green", "rolledBack" or "rollingBack" or "failed" => "red", "paused" or "awaitingApproval" => "yellow", _ => "blue" };

    private static void Show(Screen screen, DeploymentProspect prospect)
    {
        var item = DeploymentItem.Of(prospect.Deployment);
        List<ServerItem> servers = [.. prospect.Evidence.Servers.Select(s => new ServerItem(s.Server, s.Revision, s.Error, s.TakenOut))];
        List<ExposureItem> exposures = [.. prospect.Evidence.Exposures.Select(ExposureItem.Of)];
        if (screen.Json)
        {
            screen.Write(new DeploymentDocument(item, Words.Lower(prospect.To), prospect.Reason, servers, exposures, [.. prospect.Guards.Select(GuardItem.Of)]), CliJson.Default.DeploymentDocument);
            return;
        }

        screen.Line(new Cell(Text($"{item.Model}/{item.Number}"), "bold"), Cell.Faint($"  as {item.Alias}  "), new Cell(item.State, Colour(item.State)), Text($"  {item.Share:P2} of the requests"));
        screen.Facts(
            ("deployment", item.Id), ("champion", item.Champion == 0 ? "none" : Text($"{item.Model}/{item.Champion}")), ("since", Words.Time(item.Since)), ("because", item.Reason),
            ("paused from", item.PausedFrom), (prospect.To == prospect.Deployment.State ? "waits" : $"next: {Words.Lower(prospect.To)}", prospect.Deployment.IsFinished ? "" : prospect.Reason), ("started by", item.CreatedBy));
        if (servers.Count > 0)
        {
            screen.Heading("Servers");
            screen.Table(["server", "route", "problem"], [.. servers.Select(s => (IReadOnlyList<Cell>)[s.Server, Text($"{s.Route} of {item.Route}"), new Cell(s.Error ?? s.TakenOut ?? "", "red")])]);
        }

        if (exposures.Count > 0)
        {
            screen.Heading("Traffic");
            screen.Table(["route", "share", "arm", "requests", "failed", "slow"], [.. exposures.SelectMany(s => new[] { ("champion", s.Champion), ("candidate", s.Candidate) }
                .Select(a => (IReadOnlyList<Cell>)[Text($"{s.Route}"), Text($"{s.Share:P2}{(s.Shadow ? " shadow" : "")}"), a.Item1, Text($"{a.Item2.Requests:N0}"), Text($"{a.Item2.Failures:N0}"), Text($"{a.Item2.Slow:N0}")]))]);
        }

        if (prospect.Guards.Count == 0) return;
        screen.Heading("Guards");
        foreach (var guard in prospect.Guards) screen.Line(new Cell(guard.IsTripped ? "tripped " : guard.IsSafe ? "safe    " : "open    ", guard.IsTripped ? "red" : guard.IsSafe ? "green" : "yellow"), guard.Message);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
