namespace MLOps.Storage.Relational;

/// <summary>What the planner asks of a condition on one field.</summary>
internal static class Leaf
{
    /// <summary>The field of a leaf; null for and, or, not.</summary>
    public static string? Find(Filter filter) => filter switch
    {
        CompareFilter f => f.Field,
        InFilter f => f.Field,
        LikeFilter f => f.Field,
        ExistsFilter f => f.Field,
        _ => null,
    };

    /// <summary>The field of a filter that is a leaf.</summary>
    public static string FieldOf(Filter filter) => Find(filter) ?? throw new MLOpsInvalidException($"{filter.GetType().Name} is not a filter that stores know.");

    /// <summary>True when an index on the field finds the matching records without looking at the others.</summary>
    public static bool IsSought(Filter leaf) => leaf switch
    {
        CompareFilter => true,
        InFilter f => f.Values.All(v => v.IsText) || f.Values.All(v => !v.IsText),
        LikeFilter f => TextPrefix.OfPattern(f.Pattern) is not { Prefix: "", Tail: not null },
        _ => false,
    };

    /// <summary>NaN equals nothing and is neither less nor greater.</summary>
    public static bool IsNever(FieldValue value) => !value.IsText && double.IsNaN(value.Number);

    public static object Argument(FieldValue value) => value.IsText ? value.Text! : value.Number;
}
