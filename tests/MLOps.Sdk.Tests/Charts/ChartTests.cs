using System.Globalization;

namespace MLOps.Charts;

public sealed class ChartTests
{
    private static readonly double[][] Shapes =
    [
        [], [5], [5, 5, 5], [double.NaN], [double.NaN, double.PositiveInfinity, double.NegativeInfinity], [1, double.NaN, 2], [0, 0], [-1e300, 1e300], [double.MaxValue, double.MinValue, 3],
        [1e-300, 2e-300], [double.Epsilon, 0], [1e15, 1e15 + 1], [1e15, 1e15 * (1 + 1e-15)], [-5, -4, -3], [0.1, 0.2, 0.30000000000000004], [1, 2, 3, 1e9],
    ];

    private static IEnumerable<Chart> Charts(double[] values, string name)
    {
        var counts = values.Select((_, i) => (long)i * 3).ToArray();
        var names = values.Select((_, i) => $"{name}{i}").ToArray();
        yield return new LineChart { Title = name, Series = [LineSeries.Of(name, values)], Markers = [new(values.FirstOrDefault(), name)], Bands = [new(0, 1, name)], Thresholds = [new(values.LastOrDefault(), name)], XLabel = name, YLabel = name };
        yield return new LineChart { Title = name, Series = [new(name, values, values), new(name, values, [1])], IsOverTime = true, Markers = [new(double.NaN, name)] };
        yield return new LineChart { Title = name, Series = [] };
        yield return new LineChart { Title = name, Series = [new(name, values, values) { IsScattered = true }] };
        yield return new BarChart { Title = name, Categories = names, Series = [new(name, values)], Thresholds = [new(0.5, name)] };
        yield return new BarChart { Title = name, Categories = names, Series = [new(name, values), new(name, [])] };
        yield return HistogramChart.OfNumbers(name, values, [1, 2, 3]);
        yield return HistogramChart.OfNumbers(name, values, values);
        yield return HistogramChart.OfCategories(name, names, counts, counts);
        yield return HistogramChart.OfBins(name, [.. values.Skip(1)], counts.Length == 0 ? [1] : counts, counts.Length == 0 ? [1] : counts);
        yield return new Sparkline { Title = name, Values = values };
        yield return new GraphChart { Title = name, Nodes = [.. names.Select((n, i) => new GraphNode(n, n, $"{name} {i % 2}", n, i == 1))], Edges = [.. names.SelectMany(a => names.Select(b => new GraphEdge(a, b, name)))] };
        yield return new GraphChart { Title = name, Nodes = [], Edges = [new(name, name)] };
    }

    [Test]
    public void A_graph_stands_in_columns_with_causes_left_of_effects_and_a_circle_ends()
    {
        var layout = new GraphLayout(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 1), (4, 2)]);

        Assert.That(layout.Columns.Select(c => c.Where(n => n < 6).Order()), Is.EqualTo(new[] { new[] { 0, 4, 5 }, [1], [2], [3] }));
        Assert.That(layout.Chains[2], Has.Length.EqualTo(3), "an arrow across a column has a place in it");
    }

    [Test]
    public void A_long_chain_and_a_wide_graph_are_drawn_in_part_and_say_so()
    {
        var chain = new GraphChart
        {
            Title = "chain", MaxNodes = 500, Nodes = [.. Enumerable.Range(0, 5000).Select(i => new GraphNode($"{i}", $"{i}", "k"))],
            Edges = [.. Enumerable.Range(1, 4999).Select(i => new GraphEdge($"{i - 1}", $"{i}"))],
        };
        Assert.That(chain.ToSvg(), Does.Contain("and 4500 more"));
    }

    [Test]
    public void Every_chart_of_every_shape_is_well_formed_with_finite_coordinates([Range(0, 15)] int shape)
    {
        foreach (var chart in Charts(Shapes[shape], "series"))
        {
            var svg = Xml.Parse(chart.ToSvg());
            Assert.That(svg.Attribute("role")?.Value, Is.EqualTo("img"));
            Assert.That(svg.Attribute("aria-label")?.Value, Does.StartWith("series"));
        }
    }

    [Test]
    public void Hostile_names_stay_text()
    {
        foreach (var (tame, hostile) in Charts([1, 2, 3], "x").Zip(Charts([1, 2, 3], Samples.Hostile)))
        {
            var elements = Xml.Parse(hostile.ToSvg()).DescendantsAndSelf().Select(e => e.Name.LocalName).Distinct();
            Assert.That(elements, Is.SubsetOf(new[] { "svg", "text", "title", "line", "rect", "path" }));
            Assert.That(hostile.ToSvg(), Does.Not.Contain("<script").And.Not.Contains("\u202e"));
        }
    }

    [Test]
    public void Equal_data_gives_equal_bytes_in_every_culture()
    {
        var charts = Charts([1.5, -2.25, 1234567.5], "x").ToArray();
        var before = charts.Select(chart => chart.ToSvg()).ToArray();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NumberDecimalSeparator = ",";
            odd.NumberFormat.NegativeSign = "minus";
            CultureInfo.CurrentCulture = odd;
            Assert.That(charts.Select(chart => chart.ToSvg()), Is.EqualTo(before));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public void A_hundred_thousand_points_give_a_bounded_picture_that_keeps_the_extremes()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 100_000).Select(_ => random.NextDouble()).ToArray();
        for (var i = 0; i < values.Length; i += 3) values[i] = double.NaN;
        values[54_321] = 50;
        values[77_777] = -50;
        var chart = new LineChart { Title = "noise", Series = [LineSeries.Of("noise", values)] };
        var svg = chart.ToSvg();
        Assert.That(svg.Length, Is.LessThan(40_000));
        Assert.That(Path(svg).Count(c => c == 'M'), Is.EqualTo(1));
        // The two extremes are the ends of the value axis, -60..60 in steps of 20: 50 lies a twelfth under its top.
        var plot = Xml.Parse(svg).Of("line").Select(line => (double)line.Attribute("y1")!).Where((_, i) => i is 0 or 6).ToArray();
        double Pixel(double value) => Math.Round(plot[0] + (value + 60) / 120 * (plot[1] - plot[0]), 1);
        Assert.That(Path(svg), Does.Contain(FormattableString.Invariant($"V{Pixel(50)}")).And.Contains(FormattableString.Invariant($"V{Pixel(-50)}")));
        Assert.That(HistogramChart.OfNumbers("noise", values, values).ToSvg().Length, Is.LessThan(40_000));
        Assert.That(new Sparkline { Title = "noise", Values = values }.ToSvg().Length, Is.LessThan(12_000));
        var many = Enumerable.Range(0, 5000).Select(i => $"c{i}").ToArray();
        Assert.That(new BarChart { Title = "many", Categories = many, Series = [new("n", values)] }.ToSvg(), Does.Contain("and 4960 more"));
        Assert.That(HistogramChart.OfCategories("many", many, new long[5000], [.. Enumerable.Repeat(1L, 5000)]).ToSvg(), Does.Contain("4981 others"));
    }

    [Test]
    public void A_missing_value_leaves_a_gap_and_a_lonely_point_is_a_dot()
    {
        var path = Path(new LineChart { Title = "t", Series = [LineSeries.Of("a", [1, 2, double.NaN, 3, double.NaN, 2, 1])] }.ToSvg());
        Assert.That(path.Count(c => c == 'M'), Is.EqualTo(3));
        Assert.That(path.Split('M')[2], Does.EndWith("h0"));
    }

    [Test]
    public void Points_out_of_order_are_drawn_in_order()
    {
        string Of(double[] x, double[] y) => Path(new LineChart { Title = "t", Series = [new("a", x, y)] }.ToSvg());
        Assert.That(Of([3, 1, 2], [30, 10, 20]), Is.EqualTo(Of([1, 2, 3], [10, 20, 30])));
    }

    [TestCase(0, 1, "0.0,0.2,0.4,0.6,0.8,1.0")]
    [TestCase(0, 0.003, "0.000,0.001,0.002,0.003")]
    [TestCase(-3, 977, "-200,0,200,400,600,800,1,000")]
    [TestCase(0, 45_000, "0,10k,20k,30k,40k,50k")]
    public void Ticks_are_round_numbers(double low, double high, string expected) =>
        Assert.That(string.Join(',', Axis.Numbers([low, high], 0, 100, 5, round: true).Ticks.Select(t => t.Label)), Is.EqualTo(expected));

    [TestCase(1.0 / 24 / 60 * 30, "15 Mar 10:00,10:05,10:10,10:15,10:20,10:25,10:30")]
    [TestCase(1.5, "15 Mar 12:00,18:00,16 Mar,06:00,12:00,18:00")]
    [TestCase(6, "16 Mar 2011,17 Mar,18 Mar,19 Mar,20 Mar,21 Mar")]
    [TestCase(300, "May 2011,Jul,Sep,Nov,Jan 2012")]
    [TestCase(5000, "2012,2014,2016,2018,2020,2022,2024")]
    public void Ticks_in_time_are_round_moments(double days, string expected)
    {
        var from = new DateTimeOffset(2011, 3, 15, 10, 0, 0, TimeSpan.Zero);
        var axis = Axis.Times([from.ToUnixTimeMilliseconds(), from.AddDays(days).ToUnixTimeMilliseconds()], 0, 640);
        Assert.That(string.Join(',', axis.Ticks.Select(t => t.Label)), Is.EqualTo(expected));
    }

    [TestCase(0.12345, "0.1235")]
    [TestCase(1234.5, "1,235")]
    [TestCase(999_999, "1M")]
    [TestCase(12_345, "12.3k")]
    [TestCase(-4.5e6, "-4.5M")]
    [TestCase(1.234e-7, "1.23e-7")]
    [TestCase(double.NaN, "–")]
    [TestCase(double.MaxValue, "1.8e308")]
    public void Numbers_are_short(double value, string expected) => Assert.That(NumberText.Short(value), Is.EqualTo(expected));

    [Test]
    public void Labels_of_close_events_do_not_overlap()
    {
        var chart = new LineChart { Title = "t", Series = [LineSeries.Of("a", [0, 100])], Markers = [.. Enumerable.Range(0, 9).Select(i => new ChartMarker(50 + i * 0.1, $"event number {i}"))] };
        var labels = Xml.Parse(chart.ToSvg()).Of("text").Where(t => t.Value.StartsWith("event", StringComparison.Ordinal)).Select(t => (string?)t.Attribute("y")).ToArray();
        Assert.That(labels, Has.Length.EqualTo(4).And.Unique);
        Assert.That(Xml.Parse(chart.ToSvg()).Of("title").Count(t => t.Value.StartsWith("event", StringComparison.Ordinal)), Is.EqualTo(9));
    }

    [Test]
    public void Histograms_show_shares_and_treat_outliers_and_whole_numbers_well()
    {
        double[] hours = [.. Enumerable.Range(0, 240).Select(i => i % 24.0)];
        Assert.That(Xml.Parse(HistogramChart.OfNumbers("hours", hours, hours).ToSvg()).Of("rect").Count(r => r.HasElements), Is.EqualTo(24));
        double[] bulk = [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0), 1e9];
        Assert.That(HistogramChart.OfNumbers("bulk", bulk, bulk).ToSvg(), Does.Contain("outermost bins"));
        Assert.That(() => HistogramChart.OfBins("b", [1, 2], [1, 2], [1, 2]), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(HistogramChart.OfBins("b", [1, 2], [1, 2, 3], [3, 2, 1]).ToSvg(), Does.Contain("&lt; 1").And.Contains("≥ 2").And.Contains("50.0%"));
    }

    private static string Path(string svg) => Xml.Parse(svg).Of("path").Select(p => p.Attribute("d")!.Value).First();
}
