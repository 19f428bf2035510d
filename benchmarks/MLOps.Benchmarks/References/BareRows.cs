using Microsoft.Data.Sqlite;

namespace MLOps.Benchmarks.References;

/// <summary>What most trackers do: one row for each point, here with one prepared insert in large transactions, which is the best case of that design.</summary>
internal sealed class BareRows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    public BareRows(string file)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        using (var command = _connection.CreateCommand())
        {
            command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; create table point (run integer, metric integer, step integer, time integer, value real)";
            command.ExecuteNonQuery();
        }

        _insert = _connection.CreateCommand();
        _insert.CommandText = "insert into point (run, metric, step, time, value) values (@run, @metric, @step, @time, @value)";
        foreach (var name in (string[])["@run", "@metric", "@step", "@time", "@value"]) _insert.Parameters.AddWithValue(name, 0);
    }

    /// <summary>Inserts points 0 to <paramref name="count"/> of some metrics, <paramref name="batch"/> in a transaction.</summary>
    public void Insert(int run, int metrics, int count, int batch)
    {
        for (var step = 0; step < count; step += batch)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _insert.Transaction = transaction;
            for (var i = step; i < Math.Min(count, step + batch); i++)
            {
                _insert.Parameters[0].Value = run;
                _insert.Parameters[1].Value = i % metrics;
                _insert.Parameters[2].Value = i / metrics;
                _insert.Parameters[3].Value = 1_700_000_000_000 + i;
                _insert.Parameters[4].Value = 1.0 / (i + 1);
                _insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }
}
