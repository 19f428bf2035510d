using System.Globalization;
using System.Text;

namespace MLOps.Monitoring;

/// <summary>Reads a report as findings, each told in the columns' own units.</summary>
internal static class AlertFindings
{
    private const int MostNamed = 5;

    public static IReadOnlyList<AlertFinding> Of(MonitorReport report, MonitorOptions options) =>
        report.Verdict is MonitorVerdict.InsufficientData && report.LabelledRows < options.MinimumLabels ? []
        : [Fault(report), Drift(report, options), Quality(report, options), Estimated(report, options), Fairness(report)];

    private static AlertFinding Fault(MonitorReport report)
    {
        var faults = report.Features.Where(f => f.Drifted && f.Cause.IsFault()).ToArray();
        if (faults.Length == 0) return AlertFinding.None(AlertKind.DataFault);
        var title = $"{Named(faults)}: the data of {Version(report)} has a fault ({faults[0].Explanation})";
        return new(AlertKind.DataFault, Math.Max(1, faults.Max(f => f.Effect)), title, Told(report, faults, "Nothing should be trained on this data before it is mended."), [.. faults.Select(f => f.Name)]);
    }

    private static AlertFinding Drift(MonitorReport report, MonitorOptions options)
    {
        var drifted = report.Features.Where(f => f.Drifted).OrderByDescending(f => f.Effect * (f.Importance ?? 1)).ToArray();
        var prediction = drifted.FirstOrDefault(f => f.Name == ColumnProfile.PredictionName);
        drifted = [.. drifted.Where(f => f != prediction)];
        var together = report.Together.Where(t => t.IsLarge() && (t.PValue is not { } p || p <= options.FalseDiscoveryRate)).ToArray();
        var isDrift = prediction is not null || together.Length > 0 || (drifted.Length > 0 && report.DriftShare >= options.DriftShare);
        var effect = report.Features.Where(f => f.AdjustedPValue <= options.FalseDiscoveryRate).Select(f => f.Effect).DefaultIfEmpty(0).Max();
        if (!isDrift) return AlertFinding.None(AlertKind.Drift) with { Strength = Math.Min(0.99, options.DriftShare > 0 && drifted.Length > 0 ? report.DriftShare / options.DriftShare : effect) };
        FeatureDrift[] all = prediction is null ? drifted : [.. drifted, prediction];
        var title = all.Length == 0 ? $"The columns of {Version(report)} no longer go together as they did" : $"{Named(all)} drifted: {string.Join("; ", all.Take(2).Select(d => $"{Name.Shown(d.Name)} {d.Explanation}"))}";
        var joint = together.Length == 0 ? null : $"All columns together: {string.Join(", ", together.Select(t => Text($"{t.Test} {t.Statistic:0.###} where {t.EffectFloor:0.###} is allowed")))}.";
        return new(AlertKind.Drift, Math.Max(1, effect), title, Told(report, all, joint), [.. all.Select(f => f.Name)]);
    }

    private static AlertFinding Quality(MonitorReport report, MonitorOptions options)
    {
        var name = Judged(report);
        if (!report.Quality.TryGetValue(name, out var now) || !report.BaselineQuality.TryGetValue(name, out var before) || report.LabelledRows < options.MinimumLabels || !(before > 0)) return AlertFinding.None(AlertKind.Quality);
        var strength = now / (before * (1 + options.QualityTolerance));
        if (report.Verdict is not MonitorVerdict.QualityDrop) return AlertFinding.None(AlertKind.Quality) with { Strength = Math.Min(0.99, strength) };
        var drifted = report.Features.Where(f => f.Drifted).OrderByDescending(f => f.Effect * (f.Importance ?? 1)).ToArray();
        var provisional = report.IsProvisional ? " Labels are still to come, so this is provisional." : "";
        return new(
            AlertKind.Quality, Math.Max(1, strength), Text($"The {name} of {Version(report)} is {now:G4} against {before:G4} at training ({(now / before) - 1:+0 %;-0 %})"),
            Told(report, drifted, Text($"Over {report.LabelledRows} of {report.Rows} predictions; up to {before * (1 + options.QualityTolerance):G4} is tolerated.{Bias(report)}{provisional}")), [.. drifted.Select(f => f.Name)]);
    }

    // In the unit of what is predicted; worth a word when it is a good part of the error.
    private static string Bias(MonitorReport report) =>
        report.Quality.TryGetValue("bias", out var bias) && report.Quality.TryGetValue("rmse", out var rmse) && Math.Abs(bias) > rmse / 4
            ? Text($" On average the answers lie {PlainNumber.Text(Math.Abs(bias))} {(bias < 0 ? "below" : "above")} the truth.") : "";

    private static AlertFinding Estimated(MonitorReport report, MonitorOptions options)
    {
        var name = Judged(report);
        if (report.Estimate is not { } estimate || !estimate.Metrics.TryGetValue(name, out var metric) || !report.BaselineQuality.TryGetValue(name, out var before) || !(before > 0)) return AlertFinding.None(AlertKind.EstimatedQuality);
        var strength = metric.Value / (before * (1 + options.QualityTolerance));
        if (!report.EstimateFell) return AlertFinding.None(AlertKind.EstimatedQuality) with { Strength = estimate.IsTrusted ? Math.Min(0.99, strength) : 0 };
        var drifted = report.Features.Where(f => f.Drifted).OrderByDescending(f => f.Effect * (f.Importance ?? 1)).ToArray();
        return new(
            AlertKind.EstimatedQuality, Math.Max(1, strength), Text($"The {name} of {Version(report)} is estimated at {metric.Value:G4} against {before:G4} at training, before labels are known"),
            Told(report, drifted, Text($"The estimate ({estimate.Method}) lies between {metric.Lower:G4} and {metric.Upper:G4}; it assumes that columns and truth still belong together as they did.")), [.. drifted.Select(f => f.Name)]);
    }

    private static AlertFinding Fairness(MonitorReport report)
    {
        var broken = report.Fairness.Where(f => f.IsBroken).ToArray();
        if (broken.Length == 0) return AlertFinding.None(AlertKind.Fairness);
        var told = broken.Select(f => Text($"{f.Metric} of '{Name.Shown(f.Feature)}' is {f.Value.Value:0.###} ({f.Value.Lower:0.###} to {f.Value.Upper:0.###}), and {f.Bound:0.###} is the bound; among {string.Join(", ", f.Groups.Select(g => Name.Shown(g)))}")).ToArray();
        return new(AlertKind.Fairness, 1, $"{Version(report)}: {told[0]}", string.Join(". ", told) + ".", [.. broken.Select(f => f.Feature).Distinct()]);
    }

    private static string Told(MonitorReport report, FeatureDrift[] columns, string? more)
    {
        var text = new StringBuilder(report.From == default
            ? Text($"In the {report.Rows} rows of {Version(report)}.")
            : Text($"Since {report.From:u}, in the {report.Rows} predictions of {Version(report)} until {report.To:u}."));
        foreach (var column in columns.Take(MostNamed))
        {
            text.Append(' ').Append(Name.Shown(column.Name)).Append(": ").Append(column.Explanation);
            if (CauseText(column.Cause) is { } cause) text.Append("; most likely ").Append(cause);
            if (column.Moved.Count > 0)
                text.Append("; most moved ").Append(string.Join(", ", column.Moved.Take(3).Select(m => $"{Name.Shown(m.Cell)} {PlainNumber.Percent(m.Before)} -> {PlainNumber.Percent(m.After)}")));
            if (column.Importance is { } importance) text.Append(Text($"; {100 * importance:0} % of the model hangs on it"));
            text.Append('.');
        }

        if (columns.Length > MostNamed) text.Append(Text($" And {columns.Length - MostNamed} more columns."));
        if (report.Segments.Count > 0) text.Append(" Most of all where ").Append(report.Segments[0].Where).Append(": ").Append(report.Segments[0].Explanation).Append('.');
        if (report.Features.FirstOrDefault(f => f.Name == ColumnProfile.PredictionName) is { } answers && !columns.Contains(answers)) text.Append(" The answers: ").Append(answers.Explanation).Append('.');
        return more is null ? text.ToString() : text.Append(' ').Append(more).ToString();
    }

    private static string? CauseText(DriftCause cause) => cause switch
    {
        DriftCause.Nulls => "values that are no longer delivered",
        DriftCause.Constant => "a source that stands still",
        DriftCause.UnitChange => "another unit",
        DriftCause.NewCategory => "categories that are new",
        DriftCause.Clipping => "values cut off at an end",
        DriftCause.Spread => "another spread",
        DriftCause.Shift => "a shift",
        DriftCause.Mix => "another mix",
        _ => null,
    };

    private static string Named(FeatureDrift[] columns)
    {
        var names = string.Join(", ", columns.Take(3).Select(c => Name.Shown(c.Name)));
        return columns.Length > 3 ? Text($"{names} and {columns.Length - 3} more") : names;
    }

    private static string Judged(MonitorReport report) => Monitoring.Quality.Judged(report.BaselineQuality.ContainsKey("brier") ? PredictionTask.Binary : PredictionTask.Regression);

    private static string Version(MonitorReport report) => report.Number == 0 ? report.Model : Text($"{report.Model}/{report.Number}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
