namespace MLOps.Storage.Memory;

/// <summary>The order of a query's answer: by field, missing last in both directions, ties by id ascending.</summary>
sealed class RecordOrder(RecordQuery query) : IComparer<PageToken>
{
    private readonly bool _byId = query.OrderBy is null or RecordQuery.Id;

    internal PageToken PlaceOf(Record record) => new(_byId ? null : FilterEvaluation.ValueOf(record, query.OrderBy!), record.Key.Id);

    /// <inheritdoc/>
    public int Compare(PageToken left, PageToken right)
    {
        var byId = FieldValue.CompareUtf8(left.Id, right.Id);
        if (_byId) return query.Descending ? -byId : byId;
        return (left.Order, right.Order) switch
        {
            (null, null) => byId,
            (null, _) => 1,
            (_, null) => -1,
            ({ } a, { } b) when a.CompareTo(b) == 0 => byId,
            ({ } a, { } b) => query.Descending ? b.CompareTo(a) : a.CompareTo(b),
        };
    }
}
