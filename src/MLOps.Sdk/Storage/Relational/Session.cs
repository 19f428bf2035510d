using System.Data.Common;
using System.Globalization;

namespace MLOps.Storage.Relational;

/// <summary>
/// One open connection with its prepared statements. Used by one caller at a time. Statements may be posted, to be sent together
/// with the next one that is waited for: over a network one way costs more than most statements.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="dialect">The dialect.</param>
/// <param name="transaction">The host application's transaction, when the connection is the host's.</param>
internal sealed class Session(DbConnection connection, SqlDialect dialect, DbTransaction? transaction = null) : IAsyncDisposable
{
    private const int MaxPrepared = 128, MaxPreparedLength = 4096, MaxPosted = 500, MaxPostedBytes = 1 << 20;

    private readonly Dictionary<string, DbCommand> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<(string Sql, object?[] Args, Func<DbDataReader, bool>? Row)> _posted = [];
    private readonly bool _batches = connection.CanCreateBatch;
    private int _postedBytes;
    private bool _prepares = dialect.Prepares && transaction is null;

    public DbConnection Connection { get; } = connection;

    public SqlDialect Dialect { get; } = dialect;

    /// <summary>True on the host application's connection: what was written may yet be rolled back.</summary>
    public bool IsEnlisted { get; } = transaction is not null;

    /// <summary>Runs a statement now, or with the next <see cref="FlushAsync"/> or read.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="args">Its arguments; not to be changed before the flush where <see cref="SqlDialect"/>'s connections take batches.</param>
    /// <param name="row">Gets the rows until it returns false; null for a statement that has no result.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask PostAsync(string sql, object?[] args, Func<DbDataReader, bool>? row, CancellationToken cancellationToken)
    {
        if (!_batches) return RunAsync(sql, args, row, cancellationToken);
        _posted.Add((sql, args, row));
        foreach (var arg in args) _postedBytes += arg switch { byte[] bytes => bytes.Length, string text => text.Length, _ => 8 };
        return _posted.Count < MaxPosted && _postedBytes < MaxPostedBytes ? default : FlushAsync(cancellationToken);
    }

    /// <summary>Sends what was posted and hands out the rows.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_posted.Count == 0) return;
        cancellationToken.ThrowIfCancellationRequested();
        var batch = Connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Transaction = transaction;
            foreach (var (sql, args, _) in _posted)
            {
                var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // The text is put together from constants of this folder; every value travels as a parameter.
                command.CommandText = Text(sql);
#pragma warning restore CA2100
                foreach (var arg in args) Bind(AddTo(command.Parameters, command.CreateParameter()), arg);
                batch.BatchCommands.Add(command);
            }

            var rows = _posted.Where(p => p.Row is not null).Select(p => p.Row!).ToList();
            var prepares = _prepares && _posted.TrueForAll(p => p.Sql.Length <= MaxPreparedLength);
            Forget();
            if (prepares) await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                foreach (var row in rows)
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && row(reader)) { }
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }

                // A failure of a statement without result shows only now.
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
            }
        }
    }

    /// <summary>Drops what was posted and not sent.</summary>
    public void Forget()
    {
        _posted.Clear();
        _postedBytes = 0;
    }

    public async ValueTask ExecuteAsync(string sql, object?[] args, CancellationToken cancellationToken)
    {
        await PostAsync(sql, args, null, cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first row's first column as an integer, or null when there is no row or no value.</summary>
    public async ValueTask<long?> IntegerAsync(string sql, object?[] args, CancellationToken cancellationToken)
    {
        long? answer = null;
        await ReadAsync(sql, args, row =>
        {
            if (!row.IsDBNull(0)) answer = row.GetInt64(0);
            return false;
        }, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Hands every row to <paramref name="row"/> until that returns false.</summary>
    public async ValueTask ReadAsync(string sql, object?[] args, Func<DbDataReader, bool> row, CancellationToken cancellationToken)
    {
        await PostAsync(sql, args, row, cancellationToken).ConfigureAwait(false);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what was posted without preparing it on a server, because its best plan depends on its arguments.</summary>
    public async ValueTask FlushPlannedAsync(CancellationToken cancellationToken)
    {
        var prepares = _prepares;
        _prepares = false;
        try
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _prepares = prepares;
        }
    }

    /// <summary>Closes the connection, unless it is the host's.</summary>
    public async ValueTask DisposeAsync()
    {
        await ForgetPreparedAsync().ConfigureAwait(false);
        if (!IsEnlisted) await Connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>One statement by itself, on a connection that takes no batches.</summary>
    private async ValueTask RunAsync(string sql, object?[] args, Func<DbDataReader, bool>? row, CancellationToken cancellationToken)
    {
        var (command, kept) = await CommandAsync(sql, args, cancellationToken).ConfigureAwait(false);
        try
        {
            if (row is null)
            {
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && row(reader)) { }
        }
        finally
        {
            if (!kept) await command.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<(DbCommand Command, bool Kept)> CommandAsync(string sql, object?[] args, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_prepared.TryGetValue(sql, out var command))
        {
            for (var i = 0; i < args.Length; i++) Bind(command.Parameters[i], args[i]);
            return (command, true);
        }

        command = Connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is put together from constants of this folder; every value travels as a parameter.
        command.CommandText = Dialect.Statement(sql);
#pragma warning restore CA2100
        for (var i = 0; i < args.Length; i++)
        {
            var parameter = AddTo(command.Parameters, command.CreateParameter());
            parameter.ParameterName = Name(i);
            Bind(parameter, args[i]);
        }

        if (sql.Length > MaxPreparedLength) return (command, false);
        if (_prepared.Count >= MaxPrepared) await ForgetPreparedAsync().ConfigureAwait(false);
        _prepared.Add(sql, command);
        return (command, true);
    }

    private async ValueTask ForgetPreparedAsync()
    {
        foreach (var old in _prepared.Values) await old.DisposeAsync().ConfigureAwait(false);
        _prepared.Clear();
    }

    private string Text(string sql)
    {
        if (_texts.TryGetValue(sql, out var text)) return text;
        if (_texts.Count >= MaxPrepared * 4) _texts.Clear();
        return _texts[sql] = Dialect.Statement(sql);
    }

    private static DbParameter AddTo(DbParameterCollection parameters, DbParameter parameter)
    {
        parameters.Add(parameter);
        return parameter;
    }

    private static void Bind(DbParameter parameter, object? value)
    {
        if (value is Null typed) (parameter.DbType, parameter.Value) = (typed.Type, DBNull.Value);
        else parameter.Value = value ?? DBNull.Value;
    }

    private static readonly string[] Names = [.. Enumerable.Range(0, 128).Select(i => string.Create(CultureInfo.InvariantCulture, $"@p{i}"))];

    /// <summary>The name of a parameter.</summary>
    public static string Name(int index) => index < Names.Length ? Names[index] : string.Create(CultureInfo.InvariantCulture, $"@p{index}");
}
