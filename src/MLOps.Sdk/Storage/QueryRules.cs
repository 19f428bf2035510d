namespace MLOps.Storage;

/// <summary>The rules of <see cref="RecordQuery"/> and of watching, the same for every backend, checked before any I/O.</summary>
static class QueryRules
{
    private const int MaxDepth = 32;
    private const int MaxNodes = 1000;

    internal static void Require(RecordQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        RecordKey.RequireCollection(query.Collection);
        if (query.Size is < 1 or > 10_000) throw new MLOpsInvalidException($"A page holds 1 to 10,000 records, {query.Size} were asked for.");
        if (query.OrderBy is not null) CommitRules.RequireField(query.OrderBy, query: true);
        if (query.Filter is not null && Count(query.Filter, 1, 0) > MaxNodes) throw TooMany();
    }

    internal static void RequireWatch(long after, IReadOnlyCollection<string> collections)
    {
        ArgumentNullException.ThrowIfNull(collections);
        if (after < 0) throw new MLOpsInvalidException($"A position is at least 0, this one is {after}.");
        foreach (var collection in collections) RecordKey.RequireCollection(collection);
    }

    private static int Count(Filter? filter, int depth, int nodes)
    {
        if (depth > MaxDepth) throw new MLOpsInvalidException($"A filter is at most {MaxDepth} levels deep.");
        if (++nodes > MaxNodes) throw TooMany();
        switch (filter)
        {
            case AndFilter { Filters: { } filters }:
                return filters.Aggregate(nodes, (n, f) => Count(f, depth + 1, n));
            case OrFilter { Filters: { } filters }:
                return filters.Aggregate(nodes, (n, f) => Count(f, depth + 1, n));
            case NotFilter not:
                return Count(not.Inner, depth + 1, nodes);
            case ExistsFilter exists:
                CommitRules.RequireField(exists.Field, query: true);
                return nodes;
            case CompareFilter compare:
                CommitRules.RequireField(compare.Field, query: true);
                if (!Enum.IsDefined(compare.Comparison)) throw new MLOpsInvalidException($"The comparison {(int)compare.Comparison} is unknown.");
                return nodes;
            case InFilter { Values: { } values } among:
                CommitRules.RequireField(among.Field, query: true);
                return values.Count > MaxNodes ? throw TooMany() : nodes + values.Count;
            case LikeFilter like:
                CommitRules.RequireField(like.Field, query: true);
                RequirePattern(like.Pattern);
                return nodes;
            default:
                throw new MLOpsInvalidException("A filter, or a part of it, is null.");
        }
    }

    private static void RequirePattern(string? pattern)
    {
        if (pattern is not { Length: >= 1 and <= 1000 }) throw new MLOpsInvalidException($"The pattern '{Name.Shown(pattern)}' must have 1 to 1,000 characters.");
        FieldValue.RequireText(pattern, "pattern");
        if ((pattern.Length - pattern.AsSpan().TrimEnd('\\').Length) % 2 == 1)
            throw new MLOpsInvalidException($"The pattern '{Name.Shown(pattern)}' ends with an escape that escapes nothing: write '\\\\' for a backslash.");
    }

    private static MLOpsInvalidException TooMany() => new($"A filter has at most {MaxNodes} nodes and values in all.");
}
