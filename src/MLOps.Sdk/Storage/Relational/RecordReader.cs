using System.Collections.ObjectModel;
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

    /// <summary>See <see cref="IDocumentScan"/>.</summary>
    public ValueTask<T> DocumentsAsync<T>(string name, string? from, string? to, Func<T> begin, Action<T, string, ReadOnlySpan<byte>> each, CancellationToken cancellationToken) =>
        database.ReadAsync(async (session, token) =>
        {
            var gathered = begin();
            if (await catalog.CollectionAsync(session, name, token).ConfigureAwait(false) is not { } collection) return gathered;
            var sql = "select r.name, d.json from mlops_record r cross join mlops_document d where r.collection = @p0 and r.deleted = 0 and r.name >= @p1";
            List<object?> args = [collection, from ?? ""];
            if (to is not null)
            {
                sql += " and r.name < @p2";
                args.Add(to);
            }

            await session.ReadAsync(sql + " and d.record = r.id order by r.name", [.. args], row =>
            {
                each(gathered, row.GetString(0), session.Dialect.Bytes(row, 1));
                return true;
            }, token).ConfigureAwait(false);
            return gathered;
        }, snapshot: false, cancellationToken);

    /// <summary>The next changes after a position, the position where to go on, and whether there are more.</summary>
    public ValueTask<(List<RecordChange> Changes, long Next, bool More)> ChangesAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken) =>
        database.ReadAsync(async (session, token) =>
        {
            var changes = new List<RecordChange>();
            var head = (await session.IntegerAsync("select value from mlops_meta where name = 'position'", [], token).ConfigureAwait(false))!.Value;
            if (head <= after) return (changes, after, false);
            var sql = new StringBuilder(
                """
                select r.version, d.json, d.fields, r.position, c.name, r.name
                from mlops_record r cross join mlops_collection c left join mlops_document d on d.record = r.id
                where r.position > @p0 and c.id = r.collection
                """);
            List<object?> args = [after];
            if (collections.Count > 0)
            {
                sql.Append(" and c.name in (").AppendJoin(", ", Enumerable.Range(args.Count, collections.Count).Select(Session.Name)).Append(')');
                args.AddRange(collections);
            }

            sql.Append(CultureInfo.InvariantCulture, $" order by r.position limit {BatchRows}");
            var (next, more) = (head, false);
            long rows = 0, bytes = 0;
            await session.ReadAsync(sql.ToString(), [.. args], row =>
            {
                var key = new RecordKey(row.GetString(4), row.GetString(5));
                var record = row.IsDBNull(1) ? null : Read(key, row, 0);
                var position = row.GetInt64(3);
                changes.Add(new(position, key, row.GetInt64(0), record));
                bytes += record?.Json.Length ?? 0;
                if (++rows < BatchRows && bytes < BatchBytes) return true;
                (next, more) = (position, true);
                return false;
            }, token).ConfigureAwait(false);
            return (changes, next, more);
        }, snapshot: true, cancellationToken, enlists: false);

    /// <summary>A record from three columns: version, document, fields.</summary>
    public static Record Read(RecordKey key, DbDataReader row, int column) => new(
        key,
        row.GetInt64(column),
        (byte[])row.GetValue(column + 1),
        row.IsDBNull(column + 2) ? ReadOnlyDictionary<string, FieldValue>.Empty : new StoredFields((byte[])row.GetValue(column + 2)));
}
