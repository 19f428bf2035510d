using System.Data.Common;

namespace MLOps.Storage.Relational;

/// <summary>Answers a query in one snapshot: numbers for the names, a plan, then its statements until the page is full.</summary>
internal sealed class QueryReader(Database database, Catalog catalog)
{
    public ValueTask<RecordPage> QueryAsync(RecordQuery query, PageToken? after, CancellationToken cancellationToken) => database.ReadAsync(async (session, token) =>
    {
        var position = (await session.IntegerAsync("select value from mlops_meta where name = 'position'", [], token).ConfigureAwait(false))!.Value;
        if (await catalog.CollectionAsync(session, query.Collection, token).ConfigureAwait(false) is not { } collection) return new RecordPage([], null, position);
        var names = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var field in FieldsOf(query))
            if (await catalog.NameAsync(session, collection, field, token).ConfigureAwait(false) is { } name) names[field] = name;

        var plan = new QueryPlan(query, after, collection, names, database.Dialect);
        await plan.ChooseAsync(session, token).ConfigureAwait(false);
        var hits = new List<Hit>(Math.Min(query.Size + 1, 512));
        foreach (var segment in plan.Segments())
        {
            var (first, limit) = (hits.Count, query.Size + 1 - hits.Count);
            if (segment == QueryPlan.Segment.Missing && names.TryGetValue(query.OrderBy!, out var order))
                foreach (var shape in await Shapes.LackingAsync(session, collection, order, token).ConfigureAwait(false))
                    await PostAsync(segment, plan.Statement(segment, limit, shape)).ConfigureAwait(false);
            else await PostAsync(segment, plan.Statement(segment, limit)).ConfigureAwait(false);
            await session.FlushPlannedAsync(token).ConfigureAwait(false);
            // The statement picks the right records; joining their documents may change the order in which they arrive.
            if (!IsSorted(hits, first, plan.Order)) hits.Sort(first, hits.Count - first, plan.Order);
            if (hits.Count > query.Size) break;
            if (plan.IsTry(segment)) hits.Clear();
        }

        ValueTask PostAsync(QueryPlan.Segment segment, SqlText sql)
        {
            var ordered = plan.IsOrdered(segment);
            return session.PostAsync(sql.ToString(), sql.Args, row =>
            {
                hits.Add(Read(query.Collection, row, ordered));
                return true;
            }, token);
        }

        string? next = null;
        if (hits.Count > query.Size)
        {
            hits.RemoveRange(query.Size, hits.Count - query.Size);
            next = hits[^1].Place.Write(query);
        }

        return new RecordPage([.. hits.Select(h => h.Record)], next, position);
    }, snapshot: true, cancellationToken);

    private static bool IsSorted(List<Hit> hits, int first, IComparer<Hit> order)
    {
        for (var i = first + 1; i < hits.Count; i++)
            if (order.Compare(hits[i - 1], hits[i]) > 0) return false;
        return true;
    }

    private static Hit Read(string collection, DbDataReader row, bool ordered)
    {
        FieldValue? order = !ordered ? null : !row.IsDBNull(1) ? FieldValue.Of(row.GetDouble(1)) : !row.IsDBNull(2) ? FieldValue.Of(row.GetString(2)) : (FieldValue?)null;
        var id = row.GetString(0);
        return new(new(order, id), RecordReader.Read(new(collection, id), row, 3));
    }

    private static HashSet<string> FieldsOf(RecordQuery query)
    {
        var fields = new HashSet<string>(StringComparer.Ordinal);
        if (query.OrderBy is { } order) fields.Add(order);
        if (query.Filter is { } filter) Visit(filter);
        fields.Remove(RecordQuery.Id);
        return fields;

        void Visit(Filter filter)
        {
            switch (filter)
            {
                case AndFilter f: foreach (var inner in f.Filters) Visit(inner); break;
                case OrFilter f: foreach (var inner in f.Filters) Visit(inner); break;
                case NotFilter f: Visit(f.Inner); break;
                default: fields.Add(Leaf.FieldOf(filter)); break;
            }
        }
    }
}
