using MLOps.Statistics;

namespace MLOps.Charts;

/// <summary>A report with every element in it, on real data: tests read it, and <c>MLOPS_SAMPLE_REPORT</c> names a file to write it to for a person's eyes.</summary>
internal static class Samples
{
    public const string Hostile = "</text></svg></title></script><script>alert(1)</script>\" onload='x' & \u0000\u001b\u202e\ud800 ]]> 名前";

    public static HtmlReport Report(string name = "bike-demand")
    {
        var demand = Vector.Column("bike_hour", "cnt");
        var temperature = Vector.Column("bike_hour", "temp");
        var start = new DateTimeOffset(2011, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var hours = Enumerable.Range(0, demand.Length).Select(i => start.AddHours(i)).ToArray();
        var predicted = demand.Select((y, i) => i < 8645 ? y * 0.97 + 5 : y * 0.62 + 20).ToArray();
        double[] rmse = [.. Enumerable.Range(0, 24).Select(month => RegressionMetrics.Of(demand.AsSpan(month * 724, 724), predicted.AsSpan(month * 724, 724)).Rmse)];
        var days = Enumerable.Range(0, demand.Length / 24).ToArray();
        double[] Daily(double[] values) => [.. days.Select(day => Enumerable.Range(day * 24, 24).Average(i => values[i]))];
        var dates = days.Select(day => start.AddDays(day)).ToArray();
        var a = demand.AsSpan(0, 8645);
        var b = demand.AsSpan(8645);
        return new HtmlReport($"Watching {name}")
            .Subtitle("Model version 3 on data version 12 · 1 January 2011 to 31 December 2012")
            .Verdict(ReportTone.Bad, "Demand grew by two thirds and the model did not follow: retraining was started and version 4 promoted.")
            .Tiles(new("Predictions", "8,734"), new("RMSE before", "117.2", "on the last 30 days", ReportTone.Bad), new("RMSE after", "61.3", "−48 % on the same rows", ReportTone.Good), new("Features drifted", "2 of 9", "Benjamini-Hochberg at 1 %", ReportTone.Warning))
            .Section("Demand and prediction")
            .Paragraph("Hourly rentals averaged per day. The dashed line is what the champion said at that time; the shaded stretch is the data it was trained on.")
            .Chart(new LineChart
            {
                Title = "Rentals per hour, daily mean",
                YLabel = "rentals per hour",
                IsOverTime = true,
                IncludesZero = true,
                Series = [LineSeries.OverTime("Actual", dates.Zip(Daily(demand))), LineSeries.OverTime("Predicted", dates.Zip(Daily(predicted))) with { IsDashed = true }],
                Bands = [ChartBand.Between(dates[0], dates[360], "training data")],
                Markers = [ChartMarker.At(dates[366], "v3 serves"), ChartMarker.At(dates[455], "drift found"), ChartMarker.At(dates[460], "retraining"), ChartMarker.At(dates[463], "v4 promoted")],
            }, "The gap opens in spring 2012.")
            .Chart(new LineChart
            {
                Title = "RMSE per month",
                Series = [LineSeries.OverTime("RMSE", rmse.Select((v, i) => (start.AddMonths(i), v)))],
                IsOverTime = true,
                IncludesZero = true,
                Thresholds = [new(60, "alarm above 60")],
                PlotHeight = 150,
            })
            .Section("Drift")
            .Table(
                [new("Feature"), new("p, adjusted", true), new("Effect", true), new("Verdict"), new("Last 60 days")],
                [
                    ["cnt", "< 1e-16", "0.61", new("drifted", ReportTone.Bad), new Sparkline { Title = "cnt", Values = Daily(demand)[^60..] }],
                    ["temp", "0.004", "0.12", new("watch", ReportTone.Warning), new Sparkline { Title = "temp", Values = Daily(temperature)[^60..] }],
                    [name, "0.71", "0.02", new("stable", ReportTone.Good), ""],
                ], "Sorted by importance times effect.")
            .Chart(HistogramChart.OfNumbers("cnt: 2011 and 2012", a, b) with { ReferenceName = "2011", CurrentName = "2012" }, "Shares of hours by number of rentals.")
            .Chart(HistogramChart.OfCategories("weathersit", ["clear", "mist", "light rain or snow", "heavy rain"], [5965, 2218, 651, 3], [5448, 2326, 768, 0]))
            .Chart(new BarChart { Title = "Effect by feature (normed Wasserstein distance)", Categories = ["cnt", "temp", "atemp", "humidity", "windspeed", name], Series = [new("effect", [0.61, 0.12, 0.11, 0.05, 0.031, -0.02])], Thresholds = [new(0.1, "floor 0.1")] })
            .Footer("Made by MLOps.Sdk. The facts of this page are embedded in it as JSON.")
            .Facts("""{"model":"bike-demand","note":"</script><b>&","rmse":[117.2,61.3]}""");
    }
}
