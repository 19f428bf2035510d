using MLOps.Storage.Relational;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlRegistrationTests
{
    private PostgreSqlDatabase _database = null!;

    [OneTimeSetUp]
    public void Create() => _database = new();

    [OneTimeTearDown]
    public async Task Drop() => await (_database?.DisposeAsync() ?? default);

    [Test]
    public async Task Every_room_works_on_it_by_one_registration()
    {
        await using var mlops = MLOpsClient.Create(configure: o => o.UseMemory().UsePostgreSql(_database.ConnectionString, new() { Schema = "rooms" }));
        var data = await mlops.Datasets.CommitAsync("sales", MLOps.Data.DatasetChange.Edit().PutText("monday.csv", "12\n15\n9\n"));
        await using var run = await mlops.Experiment("demand").Run("first").With("method", "mean").On(data).StartAsync();
        run.Log(run.Metric("loss"), value: 6.0, step: 1);
        await run.CompleteAsync();
        Assert.That(await _database.ScalarAsync("select count(*) from rooms.mlops_block"), Is.Positive);
        Assert.That(await _database.ScalarAsync("select count(*) from rooms.mlops_record"), Is.Positive);
    }

    [Test]
    public async Task The_applications_data_source_is_used_and_not_disposed_and_registration_does_no_work()
    {
        var services = new ServiceCollection().AddSingleton(_database.Source);
        new MLOpsBuilder(services, null).UsePostgreSql(options: new() { Schema = "application" });
        await using (var provider = services.BuildServiceProvider(true))
        {
            var records = provider.GetRequiredService<IRecordStore>();
            Assert.That(provider.GetRequiredService<IStreamStore>(), Is.SameAs(records).And.SameAs(provider.GetRequiredService<RelationalStore>()));
            Assert.That(await SchemasAsync("application"), Is.Zero, "Registration does no I/O.");
            await records.GetAsync(new("things", "a"));
            Assert.That(await SchemasAsync("application"), Is.EqualTo(1));
        }

        Assert.That(await SchemasAsync("application"), Is.EqualTo(1), "The data source still works.");
    }

    [Test]
    public async Task A_second_store_under_a_key_takes_the_data_source_of_its_key()
    {
        await using var eu = NpgsqlDataSource.Create(_database.ConnectionString);
        var services = new ServiceCollection().AddKeyedSingleton("eu", eu);
        services.AddMLOps(o => o.UseMemory()).AddMLOps("eu", o => o.UseMemory().UsePostgreSql(options: new() { Schema = "eu" }));
        await using var provider = services.BuildServiceProvider(true);
        await provider.GetRequiredKeyedService<IRecordStore>("eu").CommitAsync(new("test", [new RecordPut(new("things", "a"), "1"u8.ToArray())]));
        Assert.That(await provider.GetRequiredService<IRecordStore>().GetAsync(new("things", "a")), Is.Null);
        Assert.That(await SchemasAsync("eu"), Is.EqualTo(1));
    }

    [Test]
    public void Without_a_data_source_it_says_what_to_register()
    {
        var services = new ServiceCollection();
        new MLOpsBuilder(services, null).UsePostgreSql();
        using var provider = services.BuildServiceProvider(true);
        Assert.That(provider.GetRequiredService<IRecordStore>, Throws.InstanceOf<MLOpsInvalidException>().With.Message.Contains("NpgsqlDataSource"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_watcher_of_another_process_is_woken_by_notification_not_by_its_poll(CancellationToken token)
    {
        await using var watching = _database.Open("notify", poll: TimeSpan.FromHours(1));
        await using var writing = _database.Open("notify", poll: TimeSpan.FromHours(1));
        var seen = 0L;
        var watch = Task.Run(async () =>
        {
            await foreach (var change in watching.WatchAsync(0, ["things"], token))
                if ((seen = change.Version) == 20) return;
        }, token);
        for (var i = 0L; i < 20; i++)
        {
            await writing.CommitAsync(new("test", [new RecordPut(new("things", "a"), "1"u8.ToArray(), null, i)]), token);
            while (Volatile.Read(ref seen) < i + 1) await Task.Yield();
        }

        await watch;
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_watcher_whose_connection_is_ended_polls_and_listens_again(CancellationToken token)
    {
        await using var watching = _database.Open("ended");
        await using var writing = _database.Open("ended");
        await using var watch = watching.WatchAsync(0, [], token).GetAsyncEnumerator(token);
        for (var i = 0L; i < 5; i++)
        {
            await writing.CommitAsync(new("test", [new RecordPut(new("things", "a"), "1"u8.ToArray(), null, i)]), token);
            Assert.That(await watch.MoveNextAsync(), Is.True);
            Assert.That(watch.Current.Version, Is.EqualTo(i + 1));
            await _database.ScalarAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like 'listen%'");
        }
    }

    private Task<long> SchemasAsync(string name) => _database.ScalarAsync($"select count(*) from pg_namespace where nspname = '{name}'");
}
