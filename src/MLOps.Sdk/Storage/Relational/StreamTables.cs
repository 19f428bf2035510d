using System.Globalization;

namespace MLOps.Storage.Relational;

/// <summary>Streams and their blocks.</summary>
internal sealed class StreamTables(Database database)
{
    private const int BatchRows = 256, BatchBytes = 4 * 1024 * 1024;

    public ValueTask<bool> AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken) => database.WriteAsync(async (session, token) =>
    {
        var ends = new Dictionary<string, End>(StringComparer.Ordinal);
        var failures = new List<(string, long, long, long)>();
        foreach (var append in appends)
        {
            token.ThrowIfCancellationRequested();
            if (!ends.TryGetValue(append.Stream, out var end)) ends[append.Stream] = end = await EndAsync(session, append.Stream, token).ConfigureAwait(false);
            if (append.Position == end.Next)
            {
                // After a failure nothing is written any more; the rest is only looked at, to name every stream that failed.
                if (failures.Count == 0)
                {
                    end.Id ??= await session.IntegerAsync("insert into mlops_stream (name, first, next) values (@p0, 0, 0) returning id", [append.Stream], token).ConfigureAwait(false);
                    await session.ExecuteAsync("insert into mlops_block (stream, position, bytes) values (@p0, @p1, @p2)", [end.Id, append.Position, RecordTables.Bytes(append.Block)], token).ConfigureAwait(false);
                }

                end.Next++;
            }
            else if (!await IsReplayAsync(session, end, append, token).ConfigureAwait(false)) failures.Add((append.Stream, append.Position, end.First, end.Next));
        }

        if (failures.Count > 0) throw StreamRules.Conflict(failures);
        foreach (var end in ends.Values.Where(e => e.Next != e.Before))
            await session.ExecuteAsync("update mlops_stream set next = @p1 where id = @p0", [end.Id, end.Next], token).ConfigureAwait(false);
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

    public ValueTask<bool> TruncateAsync(string stream, long before, CancellationToken cancellationToken) => database.WriteAsync(async (session, token) =>
    {
        var end = await EndAsync(session, stream, token).ConfigureAwait(false);
        var first = Math.Min(before, end.Next);
        if (end.Id is null || first <= end.First) return false;
        await session.ExecuteAsync("delete from mlops_block where stream = @p0 and position < @p1", [end.Id, first], token).ConfigureAwait(false);
        await session.ExecuteAsync("update mlops_stream set first = @p1 where id = @p0", [end.Id, first], token).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    private static async ValueTask<End> EndAsync(Session session, string stream, CancellationToken cancellationToken)
    {
        var end = new End();
        await session.ReadAsync("select id, first, next from mlops_stream where name = @p0", [stream], row =>
        {
            (end.Id, end.First, end.Next) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
            end.Before = end.Next;
            return false;
        }, cancellationToken).ConfigureAwait(false);
        return end;
    }

    private static async ValueTask<bool> IsReplayAsync(Session session, End end, StreamAppend append, CancellationToken cancellationToken)
    {
        var equal = false;
        if (end.Id is null || append.Position >= end.Before) return false;
        await session.ReadAsync("select bytes from mlops_block where stream = @p0 and position = @p1", [end.Id, append.Position], row =>
        {
            equal = append.Block.Span.SequenceEqual((byte[])row.GetValue(0));
            return false;
        }, cancellationToken).ConfigureAwait(false);
        return equal;
    }

    /// <summary>A stream's end as this transaction sees it.</summary>
    private sealed class End
    {
        public long? Id { get; set; }

        public long First { get; set; }

        public long Next { get; set; }

        public long Before { get; set; }
    }
}
