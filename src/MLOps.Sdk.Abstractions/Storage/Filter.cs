namespace MLOps.Storage;

/// <summary>
/// A condition on indexed fields: a small tree. Every backend gives the same answers; the rules stand on
/// <see cref="IRecordStore"/>. At most 32 levels deep and 1,000 nodes and values in all.
/// </summary>
public abstract record Filter
{
    private protected Filter()
    {
    }

    /// <summary>True when all of <paramref name="filters"/> are; true for none.</summary>
    public static Filter And(params IReadOnlyList<Filter> filters) => filters is [var one] ? one : new AndFilter(filters);

    /// <summary>True when at least one of <paramref name="filters"/> is; false for none.</summary>
    public static Filter Or(params IReadOnlyList<Filter> filters) => filters is [var one] ? one : new OrFilter(filters);

    /// <summary>True when <paramref name="filter"/> is false.</summary>
    public static Filter Not(Filter filter) => new NotFilter(filter);

    /// <summary>True when the field has a value.</summary>
    public static Filter Exists(string field) => new ExistsFilter(field);

    /// <summary>Field equals value.</summary>
    public static Filter Equal(string field, FieldValue value) => new CompareFilter(field, Comparison.Equal, value);

    /// <summary>Field is less than value.</summary>
    public static Filter Less(string field, FieldValue value) => new CompareFilter(field, Comparison.Less, value);

    /// <summary>Field is at most value.</summary>
    public static Filter AtMost(string field, FieldValue value) => new CompareFilter(field, Comparison.AtMost, value);

    /// <summary>Field is greater than value.</summary>
    public static Filter Greater(string field, FieldValue value) => new CompareFilter(field, Comparison.Greater, value);

    /// <summary>Field is at least value.</summary>
    public static Filter AtLeast(string field, FieldValue value) => new CompareFilter(field, Comparison.AtLeast, value);

    /// <summary>Field equals one of the values; false for none.</summary>
    public static Filter In(string field, params IReadOnlyList<FieldValue> values) => new InFilter(field, values);

    /// <summary>Field is a text that matches a pattern of 1 to 1,000 characters: <c>%</c> any run, <c>_</c> one code point, <c>\</c> escapes the next character, of which there must be one. Case-sensitive.</summary>
    public static Filter Like(string field, string pattern) => new LikeFilter(field, pattern);
}
