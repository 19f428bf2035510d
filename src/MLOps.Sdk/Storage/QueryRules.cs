using System.Globalization;

namespace MLOps.Storage;

/// <summary>What every record store checks of a query before any I/O.</summary>
internal static class QueryRules
{
    public const int MaxDepth = 32;
    public const int MaxNodes = 1000;
    public const int MaxPatternLength = 1000;
    public const int MaxSize = 10_000;

    /// <summary>Checks a query; its page token is checked by <see cref="PageToken"/>.</summary>
    /// <exception cref="MLOpsInvalidException">A rule is broken; the message says which.</exception>
    public static void Require(RecordQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        RecordKey.RequireCollection(query.Collection);
        if (query.Size is < 1 or > MaxSize)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"A page holds 1 to {MaxSize} records, {query.Size} were asked for."));
        if (query.OrderBy is { } order) RequireField(order);
        if (query.Filter is { } filter)
        {
            var nodes = 0;
            Require(filter, 1, ref nodes);
        }
    }

    /// <summary>Checks a field's name as it stands in a filter or an order: a field of records, or <see cref="RecordQuery.Id"/>.</summary>
    public static string RequireField(string? field) => field == RecordQuery.Id ? field : CommitRules.RequireFieldName(field);

    private static void Require(Filter? filter, int depth, ref int nodes)
    {
        if (filter is null) throw new MLOpsInvalidException("A condition of a filter is null.");
        if (depth > MaxDepth) throw new MLOpsInvalidException($"A filter is more than {MaxDepth} levels deep. Join conditions of one kind into one And or Or.");
        Count(1, ref nodes);
        switch (filter)
        {
            case AndFilter and:
                foreach (var inner in Items(and.Filters)) Require(inner, depth + 1, ref nodes);
                break;
            case OrFilter or:
                foreach (var inner in Items(or.Filters)) Require(inner, depth + 1, ref nodes);
                break;
            case NotFilter not:
                Require(not.Inner, depth + 1, ref nodes);
                break;
            case ExistsFilter exists:
                RequireField(exists.Field);
                break;
            case CompareFilter compare:
                RequireField(compare.Field);
                if (compare.Comparison is < Comparison.Equal or > Comparison.AtLeast)
                    throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"{(int)compare.Comparison} is not a comparison."));
                break;
            case InFilter one:
                RequireField(one.Field);
                Count(Items(one.Values).Count, ref nodes);
                break;
            case LikeFilter like:
                RequireField(like.Field);
                RequirePattern(like.Pattern);
                break;
            default:
                throw new MLOpsInvalidException($"{filter.GetType().Name} is not a filter that stores know.");
        }
    }

    private static IReadOnlyList<T> Items<T>(IReadOnlyList<T>? items) => items ?? throw new MLOpsInvalidException("A list in a filter is null.");

    private static void Count(int more, ref int nodes)
    {
        if ((nodes += more) > MaxNodes) throw new MLOpsInvalidException($"A filter has more than {MaxNodes} conditions and values. Split the query.");
    }

    private static void RequirePattern(string? pattern)
    {
        if (pattern is not { Length: >= 1 and <= MaxPatternLength })
            throw new MLOpsInvalidException($"The pattern '{Name.Shown(pattern)}' must have 1 to {MaxPatternLength} characters.");
        FieldValue.RequireText(pattern, "pattern");
        for (var i = 0; i < pattern.Length; i++)
            if (pattern[i] == '\\' && ++i == pattern.Length)
                throw new MLOpsInvalidException($"The pattern '{Name.Shown(pattern)}' ends with a single '\\', which escapes nothing. Write '\\\\' for a backslash.");
    }
}
