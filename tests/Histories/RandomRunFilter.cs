using System.Globalization;
using MLOps.Experiments;
using MLOps.Storage;

namespace MLOps.Tests.Histories;

/// <summary>A condition said three ways: as text, as objects, and as what it means of a run, written without any of the code that is tested.</summary>
internal sealed record RandomRunFilter(string Text, Filter Filter, Func<Run, bool> Holds)
{
    public static string[] Params { get; } = ["lr", "kind of model"];

    public static string[] Tags { get; } = ["team", "x/y"];

    public static string[] Metrics { get; } = ["loss", "val/acc"];

    private static readonly double[] s_numbers = [0, 1, -1, 0.5, 0.25, 100, double.NaN, double.PositiveInfinity, -0.0, 2];
    private static readonly string[] s_texts = ["a", "b", "A", "it's", "x%y", "0.5", "", "ä"];

    public static double Number(Random random) => s_numbers[random.Next(s_numbers.Length)];

    public static string ParamValue(Random random) => random.Next(2) == 0 ? s_texts[random.Next(s_texts.Length)] : new[] { "0.5", "0.50", "1", "1.0", "-1", "1e2", "inf", "2" }[random.Next(8)];

    public static string TagValue(Random random) => s_texts[random.Next(s_texts.Length)];

    public static RandomRunFilter Next(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0) return Condition(random);
        var left = Next(random, depth - 1);
        switch (random.Next(3))
        {
            case 0: return new($"NOT ({left.Text})", Filter.Not(left.Filter), r => !left.Holds(r));
            case 1:
                var both = Next(random, depth - 1);
                return new($"({left.Text}) and {both.Text.Bracketed()}", Filter.And(left.Filter, both.Filter), r => left.Holds(r) && both.Holds(r));
            default:
                var either = Next(random, depth - 1);
                return new($"({left.Text}) Or {either.Text.Bracketed()}", Filter.Or(left.Filter, either.Filter), r => left.Holds(r) || either.Holds(r));
        }
    }

    private static RandomRunFilter Condition(Random random)
    {
        var field = Field(random);
        var number = field.IsNumber && (!field.IsText || random.Next(2) == 0);
        var exists = Filter.Exists(field.Name);
        bool Has(Run run) => field.Of(run) is not null;
        if (random.Next(8) == 0) return random.Next(2) == 0 ? new($"{field.Text} is not null", exists, Has) : new($"{field.Text} IS NULL", Filter.Not(exists), r => !Has(r));
        if (number) return Numeric(random, field, exists);

        var (a, b) = (TagValue(random), TagValue(random));
        string? Of(Run run) => field.Of(run) as string;
        bool Text(Run run, Func<string, bool> holds) => Of(run) is { } text && holds(text);
        return random.Next(6) switch
        {
            0 => new($"{field.Text} = {Quoted(a)}", Filter.Equal(field.Name, a), r => Text(r, t => t == a)),
            1 => new($"{field.Text} != {Quoted(a)}", Filter.And(exists, Filter.Not(Filter.Equal(field.Name, a))), r => Text(r, t => t != a)),
            2 => new($"{field.Text} in ({Quoted(a)}, {Quoted(b)})", Filter.In(field.Name, a, b), r => Text(r, t => t == a || t == b)),
            3 => new($"{field.Text} >= {Quoted(a)}", Filter.AtLeast(field.Name, a), r => Text(r, t => string.CompareOrdinal(t, a) >= 0)),
            4 => new($"{field.Text} like '%5'", Filter.Like(field.Name, "%5"), r => Text(r, t => t.EndsWith('5'))),
            _ => new($"{field.Text} not like '_%'", Filter.And(exists, Filter.Not(Filter.Like(field.Name, "_%"))), r => Text(r, t => t.Length == 0)),
        };
    }

    private static RandomRunFilter Numeric(Random random, (string Text, string Name, bool IsNumber, bool IsText, Func<Run, object?> Of) field, Filter exists)
    {
        double Value()
        {
            double value;
            do value = Number(random);
            while (double.IsNaN(value));
            return value;
        }

        var (a, b) = (Value(), Value());
        bool Holds(Run run, Func<double, bool> holds) => field.Of(run) switch
        {
            double value => !double.IsNaN(value) && holds(value),
            string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && holds(value),
            _ => false,
        };
        // A NaN is not indexed: a metric whose value it is has no value. A param that is no number is there, and is not equal.
        return random.Next(5) switch
        {
            0 => new($"{field.Text} = {Shown(a)}", Filter.Equal(field.Name, a), r => Holds(r, v => v == a)),
            1 => new($"{field.Text} < {Shown(a)}", Filter.Less(field.Name, a), r => Holds(r, v => v < a)),
            2 => new($"{field.Text} <> {Shown(a)}", Filter.And(exists, Filter.Not(Filter.Equal(field.Name, a))), r => field.Of(r) is not null && !Holds(r, v => v == a)),
            3 => new($"{field.Text} between {Shown(a)} and {Shown(b)}", Filter.And(Filter.AtLeast(field.Name, a), Filter.AtMost(field.Name, b)), r => Holds(r, v => v >= a && v <= b)),
            _ => new($"{field.Text} IN ({Shown(a)},{Shown(b)})", Filter.In(field.Name, a, b), r => Holds(r, v => v == a || v == b)),
        };
    }

    private static (string Text, string Name, bool IsNumber, bool IsText, Func<Run, object?> Of) Field(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                var param = Params[random.Next(Params.Length)];
                return (param.Contains(' ', StringComparison.Ordinal) ? $"params.\"{param}\"" : $"params.{param}", $"params.{param}", true, true, r => r.Params.GetValueOrDefault(param));
            case 1:
                var tag = Tags[random.Next(Tags.Length)];
                return ($"tags.{tag}", $"tags.{tag}", false, true, r => r.Tags.GetValueOrDefault(tag));
            case 2:
                return ("experiment", "attributes.experiment", false, true, r => r.Experiment);
        }

        var metric = Metrics[random.Next(Metrics.Length)];
        var (suffix, of) = new (string, Func<MetricSummary, double>)[] { ("", m => m.Last), (".min", m => m.Min), (".max", m => m.Max), (".count", m => m.Count) }[random.Next(4)];
        return ($"metrics.{metric}{suffix}", $"metrics.{metric}{suffix}", true, false, r => r.Metrics.GetValueOrDefault(metric) is { } summary && of(summary) is var value && !double.IsNaN(value) ? value : null);
    }

    private static string Quoted(string text) => text.Length % 2 == 0 ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\"";

    private static string Shown(double value) => double.IsPositiveInfinity(value) ? "inf" : value.ToString("R", CultureInfo.InvariantCulture);
}

internal static class RandomRunFilters
{
    public static string Bracketed(this string text) => $"({text})";
}
