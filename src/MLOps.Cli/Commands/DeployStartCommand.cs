using System.CommandLine;
using System.Globalization;
using MLOps.Cli.Documents;
using MLOps.Delivery;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops deploy start</c>: asks for a deployment; a host with a controller brings it about.</summary>
internal static class DeployStartCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var defaults = new DeploymentSpec { Model = "m", Number = 1 };
        var reference = ModelOptions.Version();
        var alias = ModelOptions.Alias();
        var gate = new Option<string[]>("--gate") { Description = "A gate that must let it pass; those of the controller's application when left out; may be repeated.", HelpName = "name" };
        var shadow = new Option<long?>("--shadow") { Description = "How many copies of requests it must have answered first; 0 for no shadow.", HelpName = "requests" };
        var canary = new Option<string?>("--canary") { Description = "Its shares of the traffic, step by step, in percent; none for blue and green.", HelpName = "5,25,50" };
        var requests = new Option<long?>("--min-requests") { Description = "How many requests each must have answered in a step.", HelpName = "count" };
        Option<string?> Time(string name, string what) => new(name) { Description = what, HelpName = "30s, 5m, 2h, 1d" };
        var step = Time("--step", "How long a step lasts at least.");
        var bake = Time("--bake", "How long it keeps its last share.");
        var patience = Time("--patience", "How long a step may last.");
        var slower = Time("--slower-than", "An answer that takes longer is a slow one.");
        var errors = new Option<double?>("--errors") { Description = "How much more often it may fail, as a share: 0.01.", HelpName = "margin" };
        var slow = new Option<double?>("--slow") { Description = "How much more often it may be slow, as a share: 0.02.", HelpName = "margin" };
        var drift = new Option<double?>("--drift") { Description = "How far its mean answer may be from the champion's, in standard deviations; not watched when left out.", HelpName = "margin" };
        var alpha = new Option<double?>("--alpha") { Description = "The chance of rolling back one that is no worse.", HelpName = "chance" };
        var impatient = new Option<bool>("--rollback-on-deadline") { Description = "Rolls it back when its patience is over, instead of waiting for a person." };
        var first = new Option<bool>("--first") { Description = "It is the first version of all, and has no champion to be compared with." };
        var reason = ModelOptions.Reason();
        return new Command("start", "Brings a version to users: gates, shadow, canary, promotion, step by step on evidence.")
            {
                reference, alias, gate, shadow, canary, requests, step, bake, patience, slower, errors, slow, drift, alpha, impatient, first, reason,
            }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var version = await store.Models.ResolveAsync(arguments.GetRequiredValue(reference), cancellationToken).ConfigureAwait(false);
                List<DeploymentGuard> guards = [new(GuardKind.Errors, arguments.GetValue(errors) ?? 0.01), new(GuardKind.SlowAnswers, arguments.GetValue(slow) ?? 0.02)];
                if (arguments.GetValue(drift) is { } margin) guards.Add(new(GuardKind.MeanOutput, margin));
                var deployment = await store.Deployments.StartAsync(
                    defaults with
                    {
                        Model = version.Model, Number = version.Number, Alias = arguments.GetRequiredValue(alias), Gates = arguments.GetValue(gate) is { Length: > 0 } gates ? gates : null,
                        ShadowRequests = arguments.GetValue(shadow) ?? defaults.ShadowRequests, Canary = Shares(arguments.GetValue(canary)) ?? defaults.Canary,
                        MinimumRequests = arguments.GetValue(requests) ?? defaults.MinimumRequests, MinimumStep = Span(arguments.GetValue(step), "--step") ?? defaults.MinimumStep,
                        Bake = Span(arguments.GetValue(bake), "--bake") ?? defaults.Bake, Patience = Span(arguments.GetValue(patience), "--patience") ?? defaults.Patience,
                        SlowerThan = Span(arguments.GetValue(slower), "--slower-than") ?? defaults.SlowerThan, Guards = guards, Alpha = arguments.GetValue(alpha) ?? defaults.Alpha,
                        OnDeadline = arguments.GetValue(impatient) ? DeadlineAction.RollBack : DeadlineAction.Pause, WithoutChampion = arguments.GetValue(first), Reason = arguments.GetValue(reason),
                    }, cancellationToken).ConfigureAwait(false);
                if (screen.Json) screen.Write(new DeploymentChangedDocument(DeploymentItem.Of(deployment)), CliJson.Default.DeploymentChangedDocument);
                else screen.Line(new Output.Cell(deployment.Id, "bold"), string.Create(CultureInfo.InvariantCulture, $"  {version} against {(deployment.ChampionNumber == 0 ? "nothing" : $"version {deployment.ChampionNumber}")}: a host with a deployment controller brings it about."));
                return ExitCode.Ok;
            });
    }

    private static IReadOnlyList<double>? Shares(string? text) => text switch
    {
        null => null,
        "none" => [],
        _ => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(t => ModelOptions.Number(t.TrimEnd('%'), "--canary") / 100)],
    };

    private static TimeSpan? Span(string? text, string option)
    {
        if (text is null) return null;
        var unit = text.Length == 0 ? 0.0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        var seconds = unit == 0 ? -1 : ModelOptions.Number(text[..^1], option) * unit;
        return seconds is >= 0 and <= 31_536_000 ? TimeSpan.FromSeconds(seconds) : throw new MLOpsInvalidException($"{option}: '{Name.Shown(text)}' is no time. Write 30s, 5m, 2h or 1d, at most 365d.");
    }
}
