using System.Data.Common;
using System.Runtime.CompilerServices;

namespace MLOps.Storage.Relational;

/// <summary>
/// Records and streams in a relational database. The first call opens the store, creating or upgrading its tables; the
/// constructor does no I/O. Disposing closes the store's own connections, not the data source.
/// </summary>
public sealed class RelationalStore : IRecordStore, IStreamStore, IAsyncDisposable, IDisposable
{
    private readonly Database _database;
    private readonly RecordTables _tables;
    private readonly RecordReader _reader;
    private readonly QueryReader _queries;
    private readonly StreamTables _streams;
    private readonly Pulse _pulse = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _poll;

    /// <summary>Makes a store over a database.</summary>
    /// <param name="source">Opens connections.</param>
    /// <param name="dialect">The database's dialect.</param>
    /// <param name="time">The clock by which watchers look for other processes' commits.</param>
    /// <param name="poll">How often they look; 200 ms when null. Commits of this process are seen at once.</param>
    /// <exception cref="MLOpsInvalidException"><paramref name="poll"/> is not positive.</exception>
    public RelationalStore(DbDataSource source, SqlDialect dialect, TimeProvider time, TimeSpan? poll = null)
        : this(source, dialect, time, poll, Schema.Steps)
    {
    }

    internal RelationalStore(DbDataSource source, SqlDialect dialect, TimeProvider time, TimeSpan? poll, IReadOnlyList<SchemaStep> steps)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(time);
        _poll = poll ?? TimeSpan.FromMilliseconds(200);
        if (_poll <= TimeSpan.Zero) throw new MLOpsInvalidException($"The polling interval {_poll} of a store must be positive.");
        _time = time;
        var catalog = new Catalog();
        _database = new(source, dialect, new Schema(steps));
        _tables = new(_database, catalog);
        _reader = new(_database, catalog);
        _queries = new(_database, catalog);
        _streams = new(_database);
    }

    /// <inheritdoc/>
    public async ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        await _reader.GetAsync(key.Require(), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        QueryRules.Require(query);
        return await _queries.QueryAsync(query, PageToken.Read(query), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        CommitRules.Require(commit);
        var result = await _tables.CommitAsync(commit, cancellationToken).ConfigureAwait(false);
        _pulse.Beat();
        return result;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        WatchRules.Require(after, collections);
        string[] watched = [.. collections.Distinct(StringComparer.Ordinal)];
        while (true)
        {
            var beat = _pulse.Next;
            (var changes, after, var more) = await _reader.ChangesAsync(after, watched, cancellationToken).ConfigureAwait(false);
            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return change;
            }

            if (!more) await WaitAsync(beat, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default)
    {
        StreamRules.Require(appends);
        cancellationToken.ThrowIfCancellationRequested();
        if (appends.Count > 0) await _streams.AppendAsync(appends, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StreamAppend.RequireName(stream);
        StreamRules.RequirePosition(from);
        if (await _streams.StatAsync(stream, cancellationToken).ConfigureAwait(false) is not { } info) yield break;
        while (from < info.Next)
        {
            var blocks = await _streams.ReadAsync(stream, from, info.Next, cancellationToken).ConfigureAwait(false);
            if (blocks.Count == 0) yield break;
            foreach (var block in blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return block;
            }

            from = blocks[^1].Position + 1;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) =>
        await _streams.StatAsync(StreamAppend.RequireName(stream), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StreamInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StreamRules.RequirePrefix(prefix);
        string? after = null;
        while (true)
        {
            var streams = await _streams.ListAsync(prefix, after, cancellationToken).ConfigureAwait(false);
            if (streams.Count == 0) yield break;
            foreach (var info in streams)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return info;
            }

            after = streams[^1].Name;
        }
    }

    /// <inheritdoc/>
    public async ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default)
    {
        StreamAppend.RequireName(stream);
        if (before < 0) throw new MLOpsInvalidException($"A stream is truncated before a position of at least 0, not {before}.");
        await _streams.TruncateAsync(stream, before, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Waits for this process's next commit or the next look at other processes'.</summary>
    private async ValueTask WaitAsync(Task beat, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(beat, Task.Delay(_poll, _time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
