using Microsoft.Data.Sqlite;

namespace MLOps.Benchmarks.References;

/// <summary>A registry as somebody writes it on an afternoon: a file per version, a row for it, a row for each alias and for each of its moves. Durable, but not audited, hashed or raced for.</summary>
internal sealed class RegistryByHand : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _folder;

    public RegistryByHand(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        _connection = new SqliteConnection($"Data Source={Path.Combine(folder, "registry.db")};Pooling=False");
        _connection.Open();
        Execute(
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            create table version (model text, number integer, file text, created text, primary key (model, number));
            create table alias (model text, name text, number integer, primary key (model, name));
            create table move (model text, name text, number integer, at text);
            """);
    }

    public void Register(string model, int number, byte[] content)
    {
        var file = Path.Combine(_folder, $"{model}-{number}");
        DurableCopy.Write(file, content);
        Execute("insert into version values (@0, @1, @2, @3)", model, number, file, DateTime.UtcNow.ToString("O"));
    }

    public void MoveAlias(string model, string name, int number)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        Execute(
            "insert into alias values (@0, @1, @2) on conflict do update set number = excluded.number; insert into move values (@0, @1, @2, @3)",
            model, name, number, DateTime.UtcNow.ToString("O"));
        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"@{i}", values[i]);
        command.ExecuteNonQuery();
    }
}
