using MLOps.Storage;
using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Storage;

sealed class SqliteFaultTests
{
    private static readonly RecordKey Key = new("things", "a");

    [Test]
    public async Task A_file_that_is_no_database_is_an_integrity_error_that_names_it()
    {
        await using var file = new SqliteFile();
        await File.WriteAllTextAsync(file.Path, string.Concat(Enumerable.Repeat("this is a text, not a database. ", 200)));
        var error = Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await file.Open().GetAsync(Key));
        Assert.That(error!.Key, Is.EqualTo(file.Path));
        Assert.That(error.Message, Does.Contain(file.Path));
    }

    [Test]
    public async Task A_damaged_page_is_an_integrity_error_and_never_wrong_bytes()
    {
        await using var file = new SqliteFile();
        var store = file.Open();
        await store.CommitAsync(new("test", [.. Enumerable.Range(0, 2000).Select(i => new RecordPut(new("things", $"{i}"), "{\"some\":\"document\"}"u8.ToArray(), new Dictionary<string, FieldValue> { ["f"] = i }))]));
        await store.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(file.Path);
        for (var page = 3; page < bytes.Length / 4096; page++) Array.Fill(bytes, (byte)0xAA, page * 4096, 64);
        await File.WriteAllBytesAsync(file.Path, bytes);
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () =>
        {
            var damaged = file.Open();
            for (var i = 0; i < 2000; i++)
            {
                var record = await damaged.GetAsync(new("things", $"{i}"));
                Assert.That(record is null || record.Json.Span.SequenceEqual("{\"some\":\"document\"}"u8), Is.True);
                await damaged.QueryAsync(new("things") { OrderBy = "f" });
            }
        });
    }

    [Test]
    public async Task A_folder_that_cannot_be_made_is_said_and_tried_again_by_the_next_call()
    {
        await using var file = new SqliteFile();
        var blocker = Path.Combine(file.Folder, "blocker");
        await File.WriteAllTextAsync(blocker, "a file where a folder should be");
        var path = Path.Combine(blocker, "store.db");
        await using var store = new RelationalStore(new SqliteDataSource(path), new SqliteDialect(path), TimeProvider.System);
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.GetAsync(Key));
        Assert.That(error!.Message, Does.Contain(blocker));
        File.Delete(blocker);
        Assert.That(await store.GetAsync(Key), Is.Null);
    }

    [Test]
    public async Task A_folder_in_the_place_of_the_file_is_said()
    {
        await using var file = new SqliteFile();
        Directory.CreateDirectory(file.Path);
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await file.Open().GetAsync(Key));
        Assert.That(error!.Message, Does.Contain(file.Path));
    }

    [Test]
    public async Task A_write_that_waits_for_another_process_can_be_cancelled_and_leaves_nothing()
    {
        await using var file = new SqliteFile();
        var store = file.Open();
        Assert.That(await store.GetAsync(Key), Is.Null);
        await using var other = new SqliteConnection($"Data Source={file.Path};Pooling=False");
        await other.OpenAsync();
        await using var begin = other.CreateCommand();
        begin.CommandText = "begin immediate";
        await begin.ExecuteNonQueryAsync();

        using var stop = new CancellationTokenSource();
        var commit = Task.Run(async () => await store.CommitAsync(new("test", [new RecordPut(Key, "1"u8.ToArray())]), stop.Token));
        var queued = Task.Run(async () => await store.AppendAsync([new("s", 0, "x"u8.ToArray())], stop.Token));
        Assert.That(await store.GetAsync(Key), Is.Null, "Readers do not wait for writers.");
        await stop.CancelAsync();
        Assert.That(async () => await commit, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await queued, Throws.InstanceOf<OperationCanceledException>());

        begin.CommandText = "rollback";
        await begin.ExecuteNonQueryAsync();
        Assert.That(await store.GetAsync(Key), Is.Null);
        Assert.That((await store.CommitAsync(new("test", [new RecordPut(Key, "1"u8.ToArray(), null, 0)]))).Position, Is.EqualTo(1));
    }

    [Test]
    public async Task A_long_query_can_be_cancelled_and_the_store_goes_on()
    {
        await using var file = new SqliteFile();
        var store = file.Open();
        await store.CommitAsync(new("test", [.. Enumerable.Range(0, 3000).Select(i => new RecordPut(new("things", $"{i}"), "1"u8.ToArray(), new Dictionary<string, FieldValue> { ["t"] = new string('a', 500) + i }))]));
        var slow = new RecordQuery("things") { Filter = Filter.Or([.. Enumerable.Range(0, 990).Select(i => Filter.Like("t", $"%a%a%a%{i}b%"))]) };
        using var stop = new CancellationTokenSource();
        var query = Task.Run(async () => await store.QueryAsync(slow, stop.Token));
        await Task.Yield();
        await stop.CancelAsync();
        Assert.That(async () => await query, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await store.QueryAsync(new("things") { Size = 1 })).Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_disposed_store_says_so()
    {
        await using var file = new SqliteFile();
        var store = file.Open();
        await store.GetAsync(Key);
        await store.DisposeAsync();
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.GetAsync(Key));
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.CommitAsync(new("test", [new RecordDelete(Key)])));
        Assert.That(Directory.GetFiles(file.Folder).Select(Path.GetFileName), Is.EqualTo(new[] { "store.db" }), "The last one out tidies the log away.");
    }

    [Test]
    public async Task A_watcher_sees_the_commits_of_another_store_on_the_same_file()
    {
        await using var file = new SqliteFile();
        var (watching, writing) = (file.Open(), file.Open());
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<string>();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await writing.CommitAsync(new("test", [new RecordPut(new("things", $"{i}"), "1"u8.ToArray()), new RecordPut(new("others", $"{i}"), "1"u8.ToArray())]));
        });
        await foreach (var change in watching.WatchAsync(0, ["things"], stop.Token))
        {
            seen.Add(change.Key.Id);
            if (change.Key.Id == "49") break;
        }

        await writer;
        Assert.That(seen.Distinct(), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
    }

    [Test]
    public async Task One_registration_gives_one_store_for_records_and_streams()
    {
        await using var file = new SqliteFile();
        var services = new ServiceCollection();
        new MLOpsBuilder(services, null).UseSqlite(file.Path);
        using (var provider = services.BuildServiceProvider())
        {
            var records = provider.GetRequiredService<IRecordStore>();
            Assert.That(provider.GetRequiredService<IStreamStore>(), Is.SameAs(records));
            Assert.That(File.Exists(file.Path), Is.False, "Registration does no I/O.");
            await records.GetAsync(Key);
        }

        Assert.That(File.Exists(file.Path), Is.True);
    }
}
