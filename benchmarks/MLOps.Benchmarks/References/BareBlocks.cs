using Microsoft.Data.Sqlite;

namespace MLOps.Benchmarks.References;

/// <summary>A bare SQLite program that appends blocks to streams: one table, one prepared insert, the same transactions and the same durability.</summary>
internal sealed class BareBlocks : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    public BareBlocks(string file)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        Execute("pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384");
        Execute("create table block (stream integer not null, position integer not null, bytes blob not null, primary key (stream, position))");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "insert into block (stream, position, bytes) values (@stream, @position, @bytes)";
        foreach (var name in (string[])["@stream", "@position", "@bytes"]) _insert.Parameters.AddWithValue(name, DBNull.Value);
    }

    public void Append(IEnumerable<(int Stream, int Position, byte[] Block)> blocks)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        _insert.Transaction = transaction;
        foreach (var (stream, position, block) in blocks)
        {
            (_insert.Parameters[0].Value, _insert.Parameters[1].Value, _insert.Parameters[2].Value) = (stream, position, block);
            _insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
