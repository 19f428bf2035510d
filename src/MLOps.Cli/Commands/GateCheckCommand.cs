using System.CommandLine;
using System.Text;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Delivery;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops gate check</c>: asks gates that need no code of the model, keeps their verdicts on exactly this content, and reports them. Gates that run the model are code, and run where the application is.</summary>
internal static class GateCheckCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var reference = ModelOptions.Version();
        var alias = new Option<string>("--against", "-a") { Description = "The alias of the champion to compare with; champion when left out.", HelpName = "alias", DefaultValueFactory = _ => "champion" };
        Option<string[]> Limits(string name, string what, string help) => new(name) { Description = what, HelpName = help };
        var atMost = Limits("--at-most", "A recorded metric must not exceed this; with an evaluation, its whole interval; may be repeated.", "metric=value");
        var atLeast = Limits("--at-least", "A recorded metric must reach this; may be repeated.", "metric=value");
        var maxRise = Limits("--max-rise", "A recorded metric of which less is better may rise above the champion's by this share; may be repeated.", "metric=share");
        var maxDrop = Limits("--max-drop", "A recorded metric of which more is better may drop below the champion's by this share; may be repeated.", "metric=share");
        var slices = new Option<bool>("--slices") { Description = "Asks the same of every slice of the evaluation." };
        var signature = new Option<bool>("--signature") { Description = "Those who ask the champion must be able to ask it." };
        var size = new Option<long?>("--max-size") { Description = "How many bytes its files may have together.", HelpName = "bytes" };
        var junit = new Option<string?>("--junit") { Description = "Writes the verdicts as JUnit.", HelpName = "file" };
        var markdown = new Option<string?>("--markdown") { Description = "Writes the verdicts as Markdown.", HelpName = "file" };
        var output = new Option<string?>("--out", "-o") { Description = "Writes the verdicts as JSON.", HelpName = "file" };
        var force = new Option<bool>("--force") { Description = "Replaces the files when they are there." };
        return new Command("check", "Asks gates of a version, keeps their verdicts, and ends with 0 when all let it pass, 3 when one says no, 5 when one cannot say, 1 when one went wrong.")
            {
                reference, alias, atMost, atLeast, maxRise, maxDrop, slices, signature, size, junit, markdown, output, force,
            }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var recorded = new Dictionary<string, RecordedGateOptions>(StringComparer.Ordinal);
                Add(atMost, (o, value) => o with { AtMost = value });
                Add(atLeast, (o, value) => o with { AtLeast = value });
                Add(maxRise, (o, value) => o with { MaximumLoss = value, HigherIsBetter = false });
                Add(maxDrop, (o, value) => o with { MaximumLoss = value, HigherIsBetter = true });
                List<IGate> gates = [.. recorded.Values.Select(Gate.Recorded)];
                if (arguments.GetValue(signature)) gates.Add(Gate.Signature());
                if (arguments.GetValue(size) is { } most) gates.Add(Gate.Size(most));
                if (gates.Count == 0) throw new MLOpsInvalidException("No gate is asked. Give at least one of --at-most, --at-least, --max-rise, --max-drop, --signature and --max-size.");

                var version = await store.Models.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                var options = new PromotionOptions { Alias = arguments.GetRequiredValue(alias), Gates = gates };
                var report = GateReport.Of(version, await store.Deployments.CheckAsync(version, options, cancellationToken).ConfigureAwait(false));
                await WriteAsync(arguments.GetValue(junit), report.ToJUnit).ConfigureAwait(false);
                await WriteAsync(arguments.GetValue(markdown), report.ToMarkdown).ConfigureAwait(false);
                await WriteAsync(arguments.GetValue(output), report.ToJson).ConfigureAwait(false);
                if (screen.Json) screen.Write(GateCheckDocument.Of(report), CliJson.Default.GateCheckDocument);
                else Show(screen, report);
                return report switch { { Passed: true } => ExitCode.Ok, { Outcome: GateOutcome.Failed } => ExitCode.GateFailed, { Outcome: GateOutcome.Inconclusive } => ExitCode.Inconclusive, _ => ExitCode.Error };

                void Add(Option<string[]> option, Func<RecordedGateOptions, double, RecordedGateOptions> set)
                {
                    foreach (var (metric, value) in ModelOptions.Pairs(arguments.GetValue(option), option.Name))
                        recorded[metric] = set(recorded.GetValueOrDefault(metric, new() { Metric = metric, Slices = arguments.GetValue(slices) }), ModelOptions.Number(value, option.Name));
                }

                async Task WriteAsync(string? path, Func<string> text)
                {
                    if (path is not null) await OutputFile.WriteAsync(path, arguments.GetValue(force), async file => await file.WriteAsync(Encoding.UTF8.GetBytes(text()), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                }
            });
    }

    private static void Show(Screen screen, GateReport report)
    {
        screen.Line(new Cell(report.Candidate.ToString(), "bold"), Cell.Faint("  "), new Cell(Words.Lower(report.Outcome), Colour(report.Outcome)));
        screen.Table(["gate", "outcome", "finding"], [.. report.Verdicts.Select(v => (IReadOnlyList<Cell>)[v.Gate, new Cell(Words.Lower(v.Outcome), Colour(v.Outcome)), v.Message])]);
    }

    private static string Colour(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Passed => "green",
        GateOutcome.Warned or GateOutcome.Inconclusive => "yellow",
        GateOutcome.NotApplicable => "grey",
        _ => "red",
    };
}
