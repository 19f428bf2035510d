using System.Data.Common;
using System.Globalization;
using System.Text;

namespace MLOps.Storage.Relational;

/// <summary>Reads single records, and changes in order of position.</summary>
internal sealed class RecordReader(Database database, Catalog catalog)
{
    private const int BatchRows = 256, BatchBytes = 4 * 1024 * 1024;

    public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken) => database.ReadAsync<Record?>(async (session, token) =>
    {
        if (await catalog.CollectionAsync(session, key.Collection, token).ConfigureAwait(false) is not { } collection) return null;
        Record? found = null;
        await session.ReadAsync(
            "select r.version, d.json, d.fields from mlops_record r cross join mlops_document d where r.collection = @p0 and r.name = @p1 and d.record = r.id",
            [collection, key.Id], row =>
            {
                found = Read(key, row, 0);
                return false;
            }, token).ConfigureAwait(false);
        return found;
    }, snapshot: false, cancellationToken);

    /// <summary>The next changes after a place, and the place where to go on; the same place when there are none.</summary>
    public ValueTask<(List<RecordChange> Changes, WatchPlace Next)> ChangesAsync(WatchPlace after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken) =>
        database.ReadAsync(async (session, token) =>
        {
            var changes = new List<RecordChange>();
            var head = (await session.IntegerAsync("select value from mlops_meta where name = 'position'", [], token).ConfigureAwait(false))!.Value;
            if (head < after.Position || head == after.Position && after.Record == long.MaxValue) return (changes, after);
            var sql = new StringBuilder(
                """
                select r.version, d.json, d.fields, r.position, r.id, c.name, r.name
                from mlops_record r cross join mlops_collection c left join mlops_document d on d.record = r.id
                where r.position >= @p0 and (r.position > @p0 or r.id > @p1) and c.id = r.collection
                """);
            List<object?> args = [after.Position, after.Record];
            if (collections.Count > 0)
            {
                sql.Append(" and c.name in (").AppendJoin(", ", Enumerable.Range(args.Count, collections.Count).Select(Session.Name)).Append(')');
                args.AddRange(collections);
            }

            sql.Append(CultureInfo.InvariantCulture, $" order by r.position, r.id limit {BatchRows}");
            var next = new WatchPlace(head, long.MaxValue);
            long rows = 0, bytes = 0;
            await session.ReadAsync(sql.ToString(), [.. args], row =>
            {
                var key = new RecordKey(row.GetString(5), row.GetString(6));
                var record = row.IsDBNull(1) ? null : Read(key, row, 0);
                var position = row.GetInt64(3);
                changes.Add(new(position, key, row.GetInt64(0), record));
                bytes += record?.Json.Length ?? 0;
                if (++rows < BatchRows && bytes < BatchBytes) return true;
                next = new(position, row.GetInt64(4));
                return false;
            }, token).ConfigureAwait(false);
            return (changes, next);
        }, snapshot: true, cancellationToken);

    /// <summary>A record from three columns: version, document, fields.</summary>
    public static Record Read(RecordKey key, DbDataReader row, int column) => new(
        key,
        row.GetInt64(column),
        (byte[])row.GetValue(column + 1),
        FieldBytes.Read(row.IsDBNull(column + 2) ? null : (byte[])row.GetValue(column + 2)));
}
