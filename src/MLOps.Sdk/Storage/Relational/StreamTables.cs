using System.Data.Common;
using System.Globalization;

namespace MLOps.Storage.Relational;

/// <summary>Streams and their blocks.</summary>
internal sealed class StreamTables(Database database)
{
    private const int BatchRows = 256, BatchBytes = 4 * 1024 * 1024;

    /// <summary>So many blocks are worth the two more ways to the database that a copy costs.</summary>
    private const int ManyBlocks = 8;

    public ValueTask<bool> AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken) => database.WriteAsync(WriteLock.Streams, async (session, token) =>
    {
        var ends = await EndsAsync(session, appends, token).ConfigureAwait(false);
        var stands = new bool[appends.Count];
        for (var i = 0; i < stands.Length; i++)
        {
            token.ThrowIfCancellationRequested();
            var (append, at) = (appends[i], i);
            var end = ends[append.Stream];
            if (append.Position == end.Next)
            {
                stands[i] = true;
                end.Next++;
            }
            else if (end.Id is not null && append.Position < end.Before)
            {
                await session.PostAsync("select bytes from mlops_block where stream = @p0 and position = @p1", [end.Id, append.Position], row =>
                {
                    stands[at] = append.Block.Span.SequenceEqual((byte[])row.GetValue(0));
                    return false;
                }, token).ConfigureAwait(false);
            }
        }

        await session.FlushAsync(token).ConfigureAwait(false);
        if (stands.Contains(false))
            throw StreamRules.Conflict([.. appends.Where((_, i) => !stands[i]).Select(a => (a.Stream, a.Position, ends[a.Stream].First, ends[a.Stream].Next))]);
        var grown = ends.Where(e => e.Value.Next != e.Value.Before).ToList();
        foreach (var (name, end) in grown.Where(e => e.Value.Id is null))
            await session.PostAsync("insert into mlops_stream (name, first, next) values (@p0, 0, 0) returning id", [name], row =>
            {
                end.Id = row.GetInt64(0);
                return false;
            }, token).ConfigureAwait(false);
        await session.FlushAsync(token).ConfigureAwait(false);
        await InsertAsync(session, [.. appends.Where(a => a.Position >= ends[a.Stream].Before).Select(a => new BlockRow(ends[a.Stream].Id!.Value, a.Position, a.Block))], token).ConfigureAwait(false);
        if (database.Dialect.TakesLists)
            await session.PostAsync("update mlops_stream s set next = n.next from unnest(@p0, @p1) n(id, next) where s.id = n.id", [grown.Select(e => e.Value.Id!.Value).ToArray(), grown.Select(e => e.Value.Next).ToArray()], null, token).ConfigureAwait(false);
        else
            foreach (var (_, end) in grown) await session.PostAsync("update mlops_stream set next = @p1 where id = @p0", [end.Id, end.Next], null, token).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken) => database.ReadAsync<StreamInfo?>(async (session, token) =>
    {
        var end = await EndAsync(session, stream, token).ConfigureAwait(false);
        return end.Id is null ? null : new StreamInfo(stream, end.First, end.Next);
    }, snapshot: false, cancellationToken);

    /// <summary>Some of a stream's blocks in a range of positions; fewer than there are when they are many or large.</summary>
    public ValueTask<List<StreamBlock>> ReadAsync(string stream, long from, long to, CancellationToken cancellationToken) => database.ReadAsync(async (session, token) =>
    {
        var blocks = new List<StreamBlock>();
        long bytes = 0;
        await session.ReadAsync(
            string.Create(CultureInfo.InvariantCulture, $"select b.position, b.bytes from mlops_stream s cross join mlops_block b where s.name = @p0 and b.stream = s.id and b.position >= @p1 and b.position < @p2 order by b.position limit {BatchRows}"),
            [stream, from, to], row =>
            {
                var block = (byte[])row.GetValue(1);
                blocks.Add(new(row.GetInt64(0), block));
                return (bytes += block.Length) < BatchBytes;
            }, token).ConfigureAwait(false);
        return blocks;
    }, snapshot: false, cancellationToken);

    /// <summary>The next streams whose names begin so, after a name.</summary>
    public ValueTask<List<StreamInfo>> ListAsync(string prefix, string? after, CancellationToken cancellationToken) => database.ReadAsync(async (session, token) =>
    {
        var found = new List<StreamInfo>();
        var sql = new SqlText().Add("select name, first, next from mlops_stream where name >= ").Arg(prefix);
        if (TextPrefix.End(prefix) is { } end) sql.Add(" and name < ").Arg(end);
        if (after is not null) sql.Add(" and name > ").Arg(after);
        sql.Add(string.Create(CultureInfo.InvariantCulture, $" order by name limit {BatchRows}"));
        await session.ReadAsync(sql.ToString(), sql.Args, row =>
        {
            found.Add(new(row.GetString(0), row.GetInt64(1), row.GetInt64(2)));
            return true;
        }, token).ConfigureAwait(false);
        return found;
    }, snapshot: false, cancellationToken);

    public ValueTask<bool> TruncateAsync(string stream, long before, CancellationToken cancellationToken) => database.WriteAsync(WriteLock.Streams, async (session, token) =>
    {
        var end = await EndAsync(session, stream, token).ConfigureAwait(false);
        var first = Math.Min(before, end.Next);
        if (end.Id is null || first <= end.First) return false;
        await session.ExecuteAsync("delete from mlops_block where stream = @p0 and position < @p1", [end.Id, first], token).ConfigureAwait(false);
        await session.ExecuteAsync("update mlops_stream set first = @p1 where id = @p0", [end.Id, first], token).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    private async ValueTask InsertAsync(Session session, List<BlockRow> blocks, CancellationToken cancellationToken)
    {
        if (blocks.Count >= ManyBlocks && await database.Dialect.CopyAsync(session.Connection, blocks, cancellationToken).ConfigureAwait(false)) return;
        foreach (var (stream, position, bytes) in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await session.PostAsync("insert into mlops_block (stream, position, bytes) values (@p0, @p1, @p2)", [stream, position, RecordTables.Bytes(bytes)], null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<Dictionary<string, End>> EndsAsync(Session session, IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<string, End>(StringComparer.Ordinal);
        foreach (var append in appends) ends.TryAdd(append.Stream, new End());
        if (database.Dialect.TakesLists)
            await session.ReadAsync("select id, first, next, name from mlops_stream where name = any(@p0)", [ends.Keys.ToArray()], row =>
            {
                ends[row.GetString(3)].Read(row);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        else
            foreach (var (name, end) in ends) await PostEndAsync(session, name, end, cancellationToken).ConfigureAwait(false);
        return ends;
    }

    private static async ValueTask<End> EndAsync(Session session, string stream, CancellationToken cancellationToken)
    {
        var end = new End();
        await PostEndAsync(session, stream, end, cancellationToken).ConfigureAwait(false);
        await session.FlushAsync(cancellationToken).ConfigureAwait(false);
        return end;
    }

    private static ValueTask PostEndAsync(Session session, string stream, End end, CancellationToken cancellationToken) =>
        session.PostAsync("select id, first, next from mlops_stream where name = @p0", [stream], row =>
        {
            end.Read(row);
            return false;
        }, cancellationToken);

    /// <summary>A stream's end as this transaction sees it.</summary>
    private sealed class End
    {
        public long? Id { get; set; }

        public long First { get; private set; }

        public long Next { get; set; }

        public long Before { get; private set; }

        public void Read(DbDataReader row)
        {
            (Id, First, Next) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
            Before = Next;
        }
    }
}
