using System.Data.Common;
using System.Globalization;

namespace MLOps.Storage.Relational;

/// <summary>One open connection with its prepared statements. Used by one caller at a time.</summary>
internal sealed class Session(DbConnection connection) : IAsyncDisposable
{
    private const int MaxPrepared = 128, MaxPreparedLength = 4096;

    private readonly Dictionary<string, DbCommand> _prepared = new(StringComparer.Ordinal);

    public DbConnection Connection { get; } = connection;

    public async ValueTask<int> ExecuteAsync(string sql, object?[] args, CancellationToken cancellationToken)
    {
        var (command, kept) = await CommandAsync(sql, args, cancellationToken).ConfigureAwait(false);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!kept) await command.DisposeAsync().ConfigureAwait(false);
        }
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
        var (command, kept) = await CommandAsync(sql, args, cancellationToken).ConfigureAwait(false);
        try
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && row(reader)) { }
        }
        finally
        {
            if (!kept) await command.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _prepared.Values) await command.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<(DbCommand Command, bool Kept)> CommandAsync(string sql, object?[] args, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_prepared.TryGetValue(sql, out var command))
        {
            for (var i = 0; i < args.Length; i++) command.Parameters[i].Value = args[i] ?? DBNull.Value;
            return (command, true);
        }

        command = Connection.CreateCommand();
#pragma warning disable CA2100 // The text is put together from constants of this folder; every value travels as a parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < args.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = Name(i);
            parameter.Value = args[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        if (sql.Length > MaxPreparedLength) return (command, false);
        if (_prepared.Count >= MaxPrepared)
        {
            foreach (var old in _prepared.Values) await old.DisposeAsync().ConfigureAwait(false);
            _prepared.Clear();
        }

        _prepared.Add(sql, command);
        return (command, true);
    }

    private static readonly string[] Names = [.. Enumerable.Range(0, 128).Select(i => string.Create(CultureInfo.InvariantCulture, $"@p{i}"))];

    /// <summary>The name of a parameter.</summary>
    public static string Name(int index) => index < Names.Length ? Names[index] : string.Create(CultureInfo.InvariantCulture, $"@p{index}");
}
