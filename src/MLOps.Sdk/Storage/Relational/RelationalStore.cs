using System.Data.Common;
using System.Runtime.CompilerServices;

namespace MLOps.Storage.Relational;

/// <summary>
/// Records and streams in a relational database. The first call opens the store, creating or upgrading its tables; the
/// constructor does no I/O. Disposing closes the store's own connections, not the data source.
/// </summary>
public sealed class RelationalStore : IRecordStore, IRecordScan, IDocumentScan, IStreamStore, IAsyncDisposable, IDisposable
{
    private readonly Database _database;
    private readonly RecordTables _tables;
    private readonly RecordReader _reader;
    private readonly QueryReader _queries;
    private readonly StreamTables _streams;
    private readonly Pulse _pulse = new();
    private readonly Listener _listener;
    private readonly TimeProvider _time;
    private readonly TimeSpan _poll;

    /// <summary>Makes a store over a database.</summary>
    /// <param name="source">Opens connections.</param>
    /// <param name="dialect">The database's dialect.</param>
    /// <param name="time">The clock by which watchers look for other processes' commits.</param>
    /// <param name="poll">How often they look; 200 ms when null. Commits of this process are seen at once, and others' too where the database notifies.</param>
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
        _listener = new(source, dialect, _pulse.Beat);
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
        cancellationToken.ThrowIfCancellationRequested();
        _listener.Start();
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
    public async ValueTask<RecordScanPage> ScanAsync(long after, CancellationToken cancellationToken = default)
    {
        WatchRules.Require(after, []);
        var (changes, next, more) = await _reader.ChangesAsync(after, [], cancellationToken).ConfigureAwait(false);
        return new(changes, next, more);
    }

    ValueTask<T> IDocumentScan.ReadAsync<T>(string collection, string? from, string? to, Func<T> begin, Action<T, string, ReadOnlySpan<byte>> each, CancellationToken cancellationToken) =>
        _reader.DocumentsAsync(collection, from, to, begin, each, cancellationToken);

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

    /// <summary>
    /// Makes the calls of this asynchronous flow to this store a part of the application's own transaction, until the answer is
    /// disposed: what they write becomes visible and durable when the application commits, together with its own rows, or never.
    /// </summary>
    /// <remarks>
    /// <para>From the first call on, reads too, the store's other writers of records wait until the application's transaction
    /// ends: keep it short. Calls see what the transaction has written. Nothing is retried here: after an
    /// <see cref="MLOpsUnavailableException"/> roll back and do all of it again; other errors leave nothing of their call
    /// and the transaction usable. A transaction at an isolation level above read committed fails so when another commit
    /// came between its first statement and its first call.</para>
    /// <para>Watches do not take part. Only calls that begin and end within the enlistment's life and flow do.</para>
    /// </remarks>
    /// <param name="transaction">A transaction that the application began on a connection to this store's database, and will end itself after the enlistment.</param>
    /// <returns>Ends the enlistment, not the transaction.</returns>
    /// <exception cref="MLOpsInvalidException">The transaction has ended.</exception>
    public IDisposable Enlist(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.Connection is null) throw new MLOpsInvalidException("The transaction to enlist in has ended. Enlist before committing or rolling back.");
        return new Enlistment(_database, transaction);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

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
