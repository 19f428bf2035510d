using System.Globalization;
using MLOps.Charts;
using MLOps.Monitoring;

namespace Quickstart;

/// <summary>The story as one page with pictures, which opens from disk.</summary>
internal static class StoryReport
{
    public static string Html(Outcome outcome, History history)
    {
        var before = history.Between(default, outcome.Hours[0].Ride.Ride.At);
        var gain = 1 - (outcome.After / outcome.Before);
        return new HtmlReport("A year of bike demand, served and watched")
            .Subtitle($"Model {Trainer.Model}, {outcome.Hours[0].Ride.Ride.At:d MMMM yyyy} to {outcome.Hours[^1].Ride.Ride.At:d MMMM yyyy}, Washington, D.C.")
            .Verdict(
                outcome.Failed == 0 ? ReportTone.Good : ReportTone.Bad,
                Text($"{outcome.Hours.Count:n0} predictions, {outcome.Failed} failed. Retraining cut the error on the same later months by {gain:p0}."))
            .Tiles(
                new ReportTile("RMSE without retraining", Text($"{outcome.Before:f1}"), "rentals an hour", ReportTone.Bad),
                new ReportTile("RMSE as served", Text($"{outcome.After:f1}"), "same hours", ReportTone.Good),
                new ReportTile("Versions that served", Text($"{Swaps(outcome).Count + 1}"), "each gated against the one before"),
                new ReportTile("First swap", Text($"{outcome.Swapped:d MMM HH:mm}"), "while traffic went on"))
            .Section("Demand, and who predicted it")
            .Chart(
                new LineChart
                {
                    Title = "Rentals an hour, daily mean", IsOverTime = true, IncludesZero = true, YLabel = "rentals an hour",
                    Series =
                    [
                        Daily("what really was", outcome, h => h.Ride.Count),
                        Daily("served prediction", outcome, h => h.Prediction.Value),
                        Daily("the model of 2011", outcome, h => outcome.FirstModel.Predict(h.Ride.Ride)) with { IsDashed = true },
                    ],
                    Markers = Swaps(outcome),
                },
                "Each vertical line is a hot swap: the alias moved, and from the next call on the new version answered.")
            .Section("The error")
            .Chart(
                new LineChart
                {
                    Title = "RMSE by week", IsOverTime = true, IncludesZero = true, YLabel = "rentals an hour",
                    Series =
                    [
                        Weekly("as served", outcome, h => h.Error) with { Colour = 1 },
                        Weekly("the model of 2011", outcome, h => outcome.FirstModel.Predict(h.Ride.Ride) - h.Ride.Count) with { IsDashed = true, Colour = 2 },
                    ],
                    Markers = Swaps(outcome),
                },
                "The model of 2011 does not know that the town has taken to cycling.")
            .Section("The drift")
            .Paragraph("The demand itself moved: hours with few rentals became rarer, full hours became fuller. A model trained on 2011 cannot know.")
            .Chart(HistogramChart.OfNumbers("Rentals an hour", [.. before.Select(r => r.Count)], [.. outcome.Hours.Select(h => h.Ride.Count)], bins: 28) with { ReferenceName = "2011", CurrentName = "2012" })
            .Table(
                [new("month"), new("version", true), new("hours", true), new("labelled", true), new("RMSE", true), new("at training", true), new("verdict")],
                outcome.Reports.Select(r => (IReadOnlyList<ReportCell>)
                [
                    Text($"{r.From:MMMM}"), Text($"v{r.Number}"), Text($"{r.Rows}"), Text($"{r.LabelledRows}"), Quality(r.Quality), Quality(r.BaselineQuality),
                    new ReportCell(Story.Headline(r), Tone(r.Verdict)),
                ]),
                "Every month as the monitor judged it. Labels come a day late.")
            .Section("What moved in the first month")
            .Table(
                [new("column"), new("what happened"), new("adjusted p", true), new("drifted")],
                outcome.Reports[0].Features.Select(f => (IReadOnlyList<ReportCell>)
                [
                    f.Name, f.Explanation, f.AdjustedPValue.ToString("g2", CultureInfo.InvariantCulture),
                    f.Drifted ? new ReportCell("drifted", ReportTone.Warning) : new ReportCell("no", ReportTone.Good),
                ]),
                "Significant after correction over all columns, and large enough to matter.")
            .Section("Alerts")
            .Table(
                [new("since"), new("about"), new("state"), new("what")],
                outcome.Alerts.Select(a => (IReadOnlyList<ReportCell>)[Text($"{a.Since:d MMM yyyy}"), a.Kind.ToString(), new(a.State.ToString(), a.State is AlertState.Open ? ReportTone.Bad : ReportTone.Neutral), a.Text]),
                "One incident is one alert, from the first window that showed it.")
            .Section("The champion's way")
            .Table(
                [new("move", true), new("to"), new("by"), new("why")],
                outcome.Moves.Select(m => (IReadOnlyList<ReportCell>)[Text($"{m.Revision}"), Text($"v{m.Number}"), m.MovedBy, m.Reason ?? ""]),
                "Every move of the alias champion, newest first. The audit chain holds the same, hashed.")
            .Footer("Made by the Quickstart of MLOps.Sdk. Data: UCI Bike Sharing, CC BY 4.0 (Fanaee-T and Gama, 2013).")
            .ToHtml();
    }

    private static LineSeries Daily(string name, Outcome outcome, Func<Served, double> value) =>
        LineSeries.OverTime(name, outcome.Hours.GroupBy(h => h.Ride.Ride.At.Date).Select(g => (new DateTimeOffset(g.Key, TimeSpan.Zero), g.Average(value))));

    private static LineSeries Weekly(string name, Outcome outcome, Func<Served, double> error) =>
        LineSeries.OverTime(name, outcome.Hours.GroupBy(h => h.Ride.Ride.At.DayOfYear / 7).Select(g => (g.First().Ride.Ride.At, Trainer.Rmse(g.Select(error)))));

    private static List<ChartMarker> Swaps(Outcome outcome) =>
    [
        .. outcome.Hours.Zip(outcome.Hours.Skip(1))
            .Where(pair => pair.First.Prediction.Version != pair.Second.Prediction.Version)
            .Select(pair => ChartMarker.At(pair.Second.Ride.Ride.At, $"v{pair.Second.Prediction.Version}")),
    ];

    private static string Quality(IReadOnlyDictionary<string, double> metrics) => metrics.TryGetValue("rmse", out var rmse) ? Text($"{rmse:f1}") : "";

    private static ReportTone Tone(MonitorVerdict verdict) => verdict switch
    {
        MonitorVerdict.Ok => ReportTone.Good,
        MonitorVerdict.QualityDrop => ReportTone.Bad,
        MonitorVerdict.Drift => ReportTone.Warning,
        _ => ReportTone.Neutral,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
