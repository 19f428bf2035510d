using System.Globalization;

namespace MLOps.Monitoring;

/// <summary>A judgement in plain sentences.</summary>
internal static class ReportSummary
{
    public static string Of(string version, LiveWindow live, bool hasBaseline, WindowJudgement judgement, MonitorOptions options)
    {
        if (live.Rows == 0) return "There were no predictions in the window.";
        if (live.Rows < options.MinimumRows)
            return Text($"Only {live.Rows} predictions of {version} in the window: {options.MinimumRows} are needed to judge it.");
        var sentences = new[] { Drift(version, hasBaseline, judgement, options), Quality(live, judgement, options), Unlogged(judgement) };
        return string.Join(' ', sentences.Where(s => s.Length > 0));
    }

    private static string Drift(string version, bool hasBaseline, WindowJudgement judgement, MonitorOptions options)
    {
        if (!hasBaseline) return $"{version} has no baseline, so drift cannot be judged: register it with WithBaseline.";
        if (judgement.Columns.Count == 0) return "No column of the baseline is in the prediction log, so drift cannot be judged.";
        if (judgement.Drifted.Count == 0)
            return judgement.PredictionDrifted
                ? $"No feature drifted, but the prediction did: {judgement.Columns[^1].Explanation}."
                : Text($"None of {judgement.Compared} features drifted{Together(judgement, options)}.");
        var examples = string.Join(", ", judgement.Drifted.Take(3).Select(d => $"{d.Name} ({d.Explanation})"));
        var text = Text($"{judgement.Drifted.Count} of {judgement.Compared} features drifted: {examples}");
        if (judgement.Drifted.Count > 3) text += Text($" and {judgement.Drifted.Count - 3} more");
        return judgement.PredictionDrifted ? $"{text}; the prediction drifted too: {judgement.Columns[^1].Explanation}." : $"{text}.";
    }

    // Columns that move together may each stay where they were.
    private static string Together(WindowJudgement judgement, MonitorOptions options) => Multivariate.HasDrifted(judgement.Together, options.FalseDiscoveryRate) ? " alone, but together they did" : "";

    private static string Quality(LiveWindow live, WindowJudgement judgement, MonitorOptions options)
    {
        if (live.LabelledRows == 0) return "No labels yet.";
        if (live.LabelledRows < options.MinimumLabels)
            return Text($"Only {live.LabelledRows} of {live.Rows} predictions have a label: {options.MinimumLabels} are needed to judge the quality.");
        var name = Monitoring.Quality.Judged(judgement.Task);
        if (!judgement.Quality.TryGetValue(name, out var now)) return "No labelled prediction is finite, so there is no quality.";
        var rows = Text($"over {live.LabelledRows} of {live.Rows} predictions");
        if (!judgement.BaselineQuality.TryGetValue(name, out var before)) return Text($"The {name} is {now:G4} {rows}; no value from training to compare with.");
        var change = before > 0 ? Text($" ({(now / before) - 1:+0 %;-0 %;0 %})") : "";
        var word = judgement.Verdict is MonitorVerdict.QualityDrop ? "The quality fell: the" : "The";
        return Text($"{word} {name} is {now:G4} against {before:G4} at training{change} {rows}.");
    }

    private static string Unlogged(WindowJudgement judgement) => judgement.Unlogged.Count == 0
        ? ""
        : $"Not in the prediction log, so not compared: {string.Join(", ", judgement.Unlogged.Take(5))}{(judgement.Unlogged.Count > 5 ? ", …" : "")}.";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
