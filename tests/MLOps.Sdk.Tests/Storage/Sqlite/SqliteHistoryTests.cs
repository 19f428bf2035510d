using MLOps.Storage;
using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;
using MLOps.Tests.Histories;

namespace MLOps.Tests.Storage;

sealed class SqliteHistoryTests
{
    [Test]
    public async Task Random_histories_with_crashes_agree_with_the_memory_store([Values(1ul, 2ul, 3ul, 4ul)] ulong seed)
    {
        await using var subject = new Subject();
        await Task.Run(() => History.Tell(subject, Effort.Of(200, 1000), seed));
    }

    /// <summary>
    /// A crash leaves the files as they are at that moment, without the closing that would tidy up the log: it goes on with a
    /// copy of them, taken while a transaction of another connection is half written.
    /// </summary>
    private sealed class Subject : IHistorySubject
    {
        // In memory a flush costs nothing, and what a killed process leaves is the same.
        private readonly DirectoryInfo _folder = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory(Path.Combine("/dev/shm", "mlops-" + Guid.NewGuid().ToString("N")))
            : Directory.CreateTempSubdirectory("mlops-histories-");

        private readonly List<RelationalStore> _abandoned = [];
        private int _crashes;

        public Subject() => Store = Open();

        public IRecordStore Records => Store;

        public IStreamStore Streams => Store;

        private RelationalStore Store { get; set; }

        private string File => Path.Combine(_folder.FullName, $"{_crashes}.db");

        public async Task ReopenAsync()
        {
            await Store.DisposeAsync();
            Store = Open();
        }

        public async Task CrashAsync(Func<IRecordStore, CancellationToken, Task> work, Random random)
        {
            using var stop = new CancellationTokenSource();
            var working = Task.Run(() => work(Store, stop.Token), CancellationToken.None);
            Thread.SpinWait(random.Next(1, 20_000));
            await stop.CancelAsync();
            await working.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await using (var half = await new SqliteDataSource(File).OpenConnectionAsync(CancellationToken.None))
            {
                await using var command = half.CreateCommand();
                command.CommandText = "pragma cache_size = 1; begin immediate; update mlops_record set version = version + 1; update mlops_document set json = zeroblob(9000)";
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                var (from, _) = (File, _crashes++);
                foreach (var end in (string[])["", "-wal"])
                    if (System.IO.File.Exists(from + end)) System.IO.File.Copy(from + end, File + end);
            }

            _abandoned.Add(Store);
            Store = Open();
            await working;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var store in _abandoned) await store.DisposeAsync();
            await Store.DisposeAsync();
            _folder.Delete(recursive: true);
        }

        private RelationalStore Open() => new(new SqliteDataSource(File), new SqliteDialect(File), TimeProvider.System, TimeSpan.FromMilliseconds(20));
    }
}
