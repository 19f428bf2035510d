namespace MLOps.Storage.Memory;

/// <summary>The order of a query's answer: by field, missing last in both directions, ties by id ascending.</summary>
sealed class RecordOrder(RecordQuery query) : IComparer<PagePlace>
{
    internal PagePlace PlaceOf(Record record) => new(FilterEvaluation.ValueOf(record, query.OrderBy ?? RecordQuery.Id), record.Key.Id);

    /// <inheritdoc/>
    public int Compare(PagePlace left, PagePlace right)
    {
        var order = (left.Value, right.Value) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            ({ } a, { } b) => query.Descending ? b.CompareTo(a) : a.CompareTo(b),
        };
        return order != 0 ? order : FieldValue.CompareUtf8(left.Id, right.Id);
    }
}
