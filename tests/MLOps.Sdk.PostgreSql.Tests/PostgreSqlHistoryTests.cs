using MLOps.Storage.PostgreSql;
using MLOps.Storage.Relational;
using MLOps.Tests.Histories;
using Npgsql;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlHistoryTests
{
    [Test]
    public async Task Random_histories_with_crashes_agree_with_the_memory_store([Values(5ul, 6ul)] ulong seed)
    {
        await using var subject = new Subject();
        await Task.Run(() => History.Tell(subject, Effort.Of(120, 600), seed));
    }

    /// <summary>A crash ends the store's connections on the server while it works; what comes next is a new store.</summary>
    private sealed class Subject : IHistorySubject
    {
        private readonly PostgreSqlDatabase _database = new();
        private readonly NpgsqlDataSource _killer;

        public Subject()
        {
            _killer = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { ApplicationName = "killer" }.ConnectionString);
            Store = Open();
        }

        public IRecordStore Records => Store;

        public IStreamStore Streams => Store;

        private RelationalStore Store { get; set; }

        public async Task ReopenAsync()
        {
            await Store.DisposeAsync();
            Store = Open();
        }

        public async Task CrashAsync(Func<IRecordStore, CancellationToken, Task> work, Random random)
        {
            var working = Task.Run(() => work(Store, CancellationToken.None));
            Thread.SpinWait(random.Next(1, 100_000));
            await using (var command = _killer.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'killer'"))
                await command.ExecuteNonQueryAsync();
            await working.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await ReopenAsync();
            await working;
        }

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            await _killer.DisposeAsync();
            await _database.DisposeAsync();
        }

        private RelationalStore Open() => new(_database.Source, new PostgreSqlDialect(new()), TimeProvider.System, TimeSpan.FromMilliseconds(20));
    }
}
