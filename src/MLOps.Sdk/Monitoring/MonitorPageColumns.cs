using System.Globalization;
using MLOps.Charts;

namespace MLOps.Monitoring;

/// <summary>The columns on a report's page: a table of all, the most telling first, and pictures of the first 50.</summary>
internal static class MonitorPageColumns
{
    private const int MostDrawn = 50, MostCells = 40, MostExplained = 200;

    public static void Write(HtmlReport page, MonitorReport report, MonitorPageOptions options)
    {
        if (report.Features.Count == 0) return;
        var columns = report.Features.OrderByDescending(f => f.Drifted).ThenByDescending(f => f.Effect * (f.Importance ?? 1)).ThenBy(f => f.Name, StringComparer.Ordinal).ToArray();
        page.Section("Columns")
            .Paragraph("The most important first: how far it moved, times what hangs on it. A column has drifted when it is significant after correction over all columns, and one of its distances reaches both its floor and what the baseline's own blocks show without drift.");
        var history = options.History.Where(r => r.To < report.To).OrderBy(r => r.To).TakeLast(20).ToArray();
        // Columns of the table that would hold nothing only take room.
        bool[] shown = [true, history.Length > 0, true, true, true, columns.Any(f => f.Importance is not null), columns.Any(f => f.Missing > 0), true];
        ReportColumn[] heads = [new("Column"), new("Course"), new("What happened"), new("Effect", true), new("Adjusted p", true), new("Importance", true), new("Missing", true), new("Verdict")];
        page.Table(
            [.. heads.Where((_, c) => shown[c])],
            columns.Select((f, i) => (IReadOnlyList<ReportCell>)[.. Row(f, report, i < MostDrawn ? history : [], i < MostExplained).Where((_, c) => shown[c])]),
            "Effect: how many times its floor the largest distance is; from 1 on it matters.");
        var drawn = columns.Select(f => (Drift: f, Profile: ProfileOf(options.Baseline, f))).Where(c => c.Profile is not null && c.Drift.Counts.Count == c.Profile.Cells().Length).Take(MostDrawn).ToArray();
        foreach (var (drift, profile) in drawn) page.Chart(Histogram(drift, profile!), Caption(drift));
        if (columns.Length > drawn.Length && drawn.Length > 0) page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"{columns.Length - drawn.Length} more columns are only in the table."));
    }

    private static IReadOnlyList<ReportCell> Row(FeatureDrift f, MonitorReport report, MonitorReport[] history, bool isExplained)
    {
        double[] course = [.. history.Select(r => r.Features.FirstOrDefault(o => o.Name == f.Name)?.Effect ?? double.NaN), f.Effect];
        ReportCell verdict = f.Drifted ? new(f.Cause is DriftCause.None ? "drifted" : $"drifted: {Words(f.Cause)}", f.Cause.IsFault() ? ReportTone.Bad : ReportTone.Warning) : new("no", ReportTone.Good);
        return
        [
            Name.Shown(f.Name), course.Length > 1 ? new Sparkline { Title = "effect", Values = course, Width = 80, Height = 20 } : "", isExplained ? f.Explanation : "",
            Number(f.Effect), f.AdjustedPValue.ToString("g2", CultureInfo.InvariantCulture), f.Importance is { } i ? PlainNumber.Percent(i) : "",
            report.Rows > 0 && f.Missing > 0 ? PlainNumber.Percent((double)f.Missing / report.Rows) : "0", verdict,
        ];
    }

    private static BinChart Histogram(FeatureDrift drift, FeatureProfile profile)
    {
        long[] before = profile.Cells(), after = [.. drift.Counts];
        int[] cells = [.. Enumerable.Range(0, before.Length)];
        // Of very many categories the largest are drawn.
        if (cells.Length > MostCells) cells = [.. cells.OrderByDescending(i => Math.Max(before[i] / (double)Math.Max(1, before.Sum()), after[i] / (double)Math.Max(1, after.Sum()))).Take(MostCells).Order()];
        return new()
        {
            Title = Name.Shown(drift.Name), Cells = [.. cells.Select(i => ColumnMoves.CellName(profile, i))], Reference = [.. cells.Select(i => before[i])], Current = [.. cells.Select(i => after[i])],
            ReferenceName = "baseline", CurrentName = "window",
        };
    }

    private static string Caption(FeatureDrift drift)
    {
        var tests = string.Join(", ", drift.Tests.Select(t => t.EffectFloor is { } floor ? $"{t.Test} {Number(t.Statistic)} (floor {Number(floor)})" : string.Create(CultureInfo.InvariantCulture, $"{t.Test} {t.Statistic:0.###}, p {t.PValue:g2}")));
        var moved = drift.Moved.Count == 0 ? "" : " Most moved: " + string.Join(", ", drift.Moved.Take(3).Select(m => $"{Name.Shown(m.Cell)} {PlainNumber.Percent(m.Before)} → {PlainNumber.Percent(m.After)}")) + ".";
        return $"{drift.Explanation}. {tests}.{moved}";
    }

    private static FeatureProfile? ProfileOf(Baseline? baseline, FeatureDrift drift) =>
        baseline?.Features.FirstOrDefault(f => f.Name == drift.Name && f.Kind == drift.Kind) ?? (drift.Name == ColumnProfile.PredictionName ? baseline?.Prediction : null);

    private static string Words(DriftCause cause) => cause switch
    {
        DriftCause.Nulls => "values missing",
        DriftCause.Constant => "constant",
        DriftCause.UnitChange => "another unit",
        DriftCause.NewCategory => "new categories",
        DriftCause.Clipping => "cut off",
        DriftCause.Spread => "spread",
        DriftCause.Shift => "shift",
        _ => "mix",
    };

    public static string Number(double value) => double.IsNaN(value) ? "" : value.ToString(Math.Abs(value) >= 100 ? "0" : "0.###", CultureInfo.InvariantCulture);
}
