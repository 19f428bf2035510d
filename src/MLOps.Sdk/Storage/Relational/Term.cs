namespace MLOps.Storage.Relational;

/// <summary>A part of a filter that must hold as a whole: all conditions on one field, or one condition of another kind.</summary>
/// <param name="Field">The field; null when the part is an or, a not, or nothing.</param>
/// <param name="Leaves">The conditions on the field, or the one part.</param>
internal sealed record Term(string? Field, List<Filter> Leaves)
{
    /// <summary>True when an index finds the records that match.</summary>
    public bool IsSought => Choices is { } choices ? choices.All(Leaf.IsSought) : Field is not null && Leaves.Exists(Leaf.IsSought);

    /// <summary>The conditions of an or of conditions on fields; null for other terms.</summary>
    public IReadOnlyList<Filter>? Choices =>
        Leaves is [OrFilter { Filters.Count: > 0 and <= 50 } or] && or.Filters.All(f => Leaf.Find(f) is not (null or RecordQuery.Id)) ? or.Filters : null;

    /// <summary>Splits a filter at its outermost ands.</summary>
    public static List<Term> Of(Filter? filter)
    {
        var terms = new List<Term>();
        if (filter is not null) Add(filter);
        return terms;

        void Add(Filter part)
        {
            if (part is AndFilter and)
            {
                foreach (var inner in and.Filters) Add(inner);
                return;
            }

            var field = Leaf.Find(part);
            var same = field is null ? null : terms.Find(t => string.Equals(t.Field, field, StringComparison.Ordinal));
            if (same is null) terms.Add(new(field, [part]));
            else same.Leaves.Add(part);
        }
    }
}
