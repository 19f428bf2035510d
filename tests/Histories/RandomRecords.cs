using System.Globalization;
using MLOps.Storage;
using Any = MLOps.Storage.Filter;

namespace MLOps.Tests.Histories;

/// <summary>Records and queries at random, out of few names and many odd values, so that they meet.</summary>
internal static class RandomRecords
{
    public static readonly string[] Fields = ["a", "b", "c", "never", RecordQuery.Id];
    public static readonly string[] Words = ["", "a", "A", "ab", "abc", "a%", "a_b", "*", "[x]", "?", "é", "\uE000", "\U0001F600", "\U0010FFFF", "\uD7FF", "b\\", "\uFFFD"];

    private static readonly string[] Patterns = ["%", "a%", "A%", "_", "a_", "a\\%", "a\\_b", "%b%", "\\*", "*", "[x]", "?", "é", "\U0001F600", "_%", "\U0010FFFF%", "\uD7FF%", "b\\\\", "r1_", "r%", "abc"];
    private static readonly double[] Numbers = [0, -0.0, 1, 2, 3, 1e300, double.NegativeInfinity, double.PositiveInfinity, double.NaN, 0.1];

    /// <summary>The id of a number; some are odd.</summary>
    public static string Id(int number) =>
        number % 17 == 0 ? Words[1 + number / 17 % (Words.Length - 1)] + number : string.Create(CultureInfo.InvariantCulture, $"r{number}");

    public static Dictionary<string, FieldValue> FieldsOf(Random random)
    {
        var fields = new Dictionary<string, FieldValue>();
        foreach (var name in Fields[..3])
            if (random.Next(4) > 0) fields[name] = Value(random);
        return fields;
    }

    public static RecordQuery Query(Random random, string collection, int mostSize) => new(collection)
    {
        Filter = random.Next(8) == 0 ? null : Filter(random, 0),
        OrderBy = random.Next(4) == 0 ? null : Fields[random.Next(Fields.Length)],
        Descending = random.Next(2) == 0,
        Size = random.Next(4) == 0 ? random.Next(1, 5) : random.Next(5, mostSize),
    };

    /// <summary>A record as text, for comparisons.</summary>
    public static string Shown(Record record) =>
        $"{record.Key} {record.Version} {Convert.ToHexString(record.Json.Span)} {string.Join(";", record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={(f.Value.IsText ? "t" : "n")}{f.Value}"))}";

    private static FieldValue Value(Random random) =>
        random.Next(2) == 0 ? FieldValue.Of(Numbers[random.Next(Numbers.Length)]) : FieldValue.Of(Words[random.Next(Words.Length)]);

    private static Any Filter(Random random, int depth)
    {
        var field = Fields[random.Next(Fields.Length)];
        return random.Next(depth > 3 ? 4 : 8) switch
        {
            0 => new CompareFilter(field, (Comparison)random.Next(5), Value(random)),
            1 => Any.In(field, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random))]),
            2 => Any.Like(field, Patterns[random.Next(Patterns.Length)]),
            3 => Any.Exists(field),
            4 => Any.Not(Filter(random, depth + 1)),
            5 => Any.Or([.. Enumerable.Range(0, random.Next(4)).Select(_ => Filter(random, depth + 1))]),
            _ => Any.And([.. Enumerable.Range(0, random.Next(4)).Select(_ => Filter(random, depth + 1))]),
        };
    }
}
