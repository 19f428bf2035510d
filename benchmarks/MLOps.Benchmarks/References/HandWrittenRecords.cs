using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MLOps.Benchmarks.References;

/// <summary>
/// What somebody writes who needs just this: a table of documents, a table of indexed fields, prepared statements, one connection,
/// one transaction per commit, flushed to the disk by each. The same rows and the same indexes as the store's, without expected
/// versions, positions, watches or other processes.
/// </summary>
internal sealed class HandWrittenRecords : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _record, _document, _field;

    public HandWrittenRecords(string file)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        Execute("pragma journal_mode = wal");
        Execute("pragma synchronous = full");
        Execute("pragma cache_size = -16384");
        Execute("create table record (id integer primary key, name text not null unique, version integer not null, position integer not null)");
        Execute("create index record_position on record (position)");
        Execute("create table document (record integer primary key, json blob not null)");
        Execute("create table field (record integer not null, name integer not null, number real, text text, primary key (record, name)) without rowid");
        Execute("create index field_number on field (name, number, record) where number is not null");
        Execute("create index field_text on field (name, text, record) where text is not null");
        _record = Prepare("insert into record (name, version, position) values (@name, 1, @position) returning id", "@name", "@position");
        _document = Prepare("insert into document (record, json) values (@record, @json)", "@record", "@json");
        _field = Prepare("insert into field (record, name, number, text) values (@record, @name, @number, @text)", "@record", "@name", "@number", "@text");
    }

    public void Commit(int position, IEnumerable<(string Id, byte[] Json, double[] Numbers, string[] Texts)> rows)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var (id, json, numbers, texts) in rows)
        {
            Set(_record, transaction, id, position);
            var record = Convert.ToInt64(_record.ExecuteScalar(), CultureInfo.InvariantCulture);
            Set(_document, transaction, record, json);
            _document.ExecuteNonQuery();
            for (var i = 0; i < numbers.Length; i++) Field(transaction, record, i, numbers[i], DBNull.Value);
            for (var i = 0; i < texts.Length; i++) Field(transaction, record, numbers.Length + i, DBNull.Value, texts[i]);
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _record.Dispose();
        _document.Dispose();
        _field.Dispose();
        _connection.Dispose();
    }

    private void Field(SqliteTransaction transaction, long record, int name, object number, object text)
    {
        Set(_field, transaction, record, name, number, text);
        _field.ExecuteNonQuery();
    }

    private static void Set(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in names) command.Parameters.AddWithValue(name, DBNull.Value);
        return command;
    }

    private void Execute(string sql)
    {
        using var command = Prepare(sql);
        command.ExecuteNonQuery();
    }
}
