using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops deploy explain</c>: why each change of state happened, decided again from the evidence that was kept.</summary>
internal static class DeployExplainCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("deployment") { Description = "Its id, or a model for its latest." };
        return new Command("explain", "Shows why each change of state happened, decided again from the evidence that was kept.") { id }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var deployment = await store.Deployments.FindAsync(arguments.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
                var steps = new List<TransitionItem>();
                await foreach (var step in store.Deployments.ExplainAsync(deployment.Id, cancellationToken).ConfigureAwait(false)) steps.Add(TransitionItem.Of(step));
                if (screen.Json) screen.Write(new ExplanationDocument(deployment.Id, steps), CliJson.Default.ExplanationDocument);
                else Show(screen, steps);
                // What was kept leads to another decision: somebody changed it, or a release decides otherwise.
                return steps.TrueForAll(s => s.Confirmed) ? ExitCode.Ok : ExitCode.IntegrityFailure;
            });
    }

    private static void Show(Screen screen, List<TransitionItem> steps)
    {
        foreach (var step in steps)
        {
            screen.Line(
                Cell.Faint(string.Create(CultureInfo.InvariantCulture, $"{step.Epoch,3}  {Words.Time(step.At)}  ")), new Cell(step.To + (step.To == "canary" ? string.Create(CultureInfo.InvariantCulture, $" {step.Step + 1}") : ""), DeployStatusCommand.Colour(step.To)),
                Cell.Faint($"  {(step.Command is { } command ? $"{command} by " : "")}{step.Actor}"), new Cell(step.Confirmed ? "" : "  the kept evidence does not lead here", "red"));
            screen.Line($"     {step.Reason}");
            foreach (var guard in step.Guards) screen.Line(Cell.Faint($"     {guard.Guard}: {guard.Message}"));
        }
    }
}
