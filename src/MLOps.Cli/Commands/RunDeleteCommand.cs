using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Lookup;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops run delete</c> and <c>mlops run restore</c>.</summary>
internal static class RunDeleteCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = Run();
        var purge = new Option<bool>("--purge") { Description = "Removes a deleted run for good, with its points and its claim on its artifacts." };
        return new Command("delete", "Deletes a run; it can be restored.") { id, purge }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(store, arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                var forGood = arguments.GetValue(purge);
                if (forGood) await store.Experiments.PurgeRunAsync(run.Id, cancellationToken).ConfigureAwait(false);
                else await store.Experiments.DeleteRunAsync(run.Id, cancellationToken).ConfigureAwait(false);
                Say(screen, run.Id, forGood ? "purged" : "deleted", forGood ? "It is gone for good." : $"'mlops run restore {run.Id}' brings it back, 'mlops run delete --purge {run.Id}' removes it for good.");
                return ExitCode.Ok;
            });
    }

    public static Command Restore(Surroundings surroundings)
    {
        var id = Run();
        return new Command("restore", "Takes the deletion of a run back.") { id }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(store, arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                await store.Experiments.RestoreRunAsync(run.Id, cancellationToken).ConfigureAwait(false);
                Say(screen, run.Id, "restored", "");
                return ExitCode.Ok;
            });
    }

    private static Argument<string> Run() => new("run") { Description = "The run's id, or enough of its beginning." };

    private static void Say(Screen screen, string id, string what, string more)
    {
        if (screen.Json) screen.Write(new RunDoneDocument(id, what), CliJson.Default.RunDoneDocument);
        else screen.Line($"The run {id} is {what}. {more}".TrimEnd());
    }
}
