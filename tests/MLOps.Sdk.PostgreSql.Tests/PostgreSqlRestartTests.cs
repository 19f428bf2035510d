using System.Globalization;
using MLOps.Storage.PostgreSql;
using MLOps.Storage.Relational;
using Npgsql;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlRestartTests
{
    [Test]
    [CancelAfter(900_000)]
    public async Task A_server_that_crashes_mid_commit_gives_a_clear_error_and_a_retry_succeeds_exactly_once(CancellationToken token)
    {
        await using var server = await PostgreSqlServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await WritersRetryAsync(source, Effort.Of(2, 12), _ => server.CrashAsync(), token);
    }

    [Test]
    [CancelAfter(900_000)]
    public async Task Connections_that_are_ended_mid_commit_give_a_clear_error_and_a_retry_succeeds_exactly_once(CancellationToken token)
    {
        await using var database = new PostgreSqlDatabase();
        await using var killer = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "killer" }.ConnectionString);
        await WritersRetryAsync(database.Source, Effort.Of(20, 200), async _ =>
        {
            await using var command = killer.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'killer'");
            await command.ExecuteNonQueryAsync(token);
            await Task.Delay(Random.Shared.Next(5, 60), token);
        }, token);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_commit_whose_answer_was_lost_is_looked_up_and_never_made_twice(CancellationToken token)
    {
        await using var database = new PostgreSqlDatabase();
        await using var proxy = new CuttingProxy(database.ConnectionString);
        await using var source = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var store = new RelationalStore(source, new PostgreSqlDialect(new()), TimeProvider.System);
        var key = new RecordKey("counters", "a");
        await store.GetAsync(key, token);
        for (var i = 0; i < 5; i++)
        {
            proxy.CutNextCommit();
            var result = await store.CommitAsync(new("test", [new RecordPut(key, JsonOf(i), null, i)]), token);
            Assert.That((result.Versions[0], result.Position), Is.EqualTo((i + 1L, i + 1L)));
            proxy.CutNextCommit();
            await store.AppendAsync([new("s", i, JsonOf(i))], token);
        }

        Assert.That(proxy.Cuts, Is.EqualTo(10));
        Assert.That(((await store.GetAsync(key, token))!.Version, (await store.StatAsync("s", token))!.Value.Next), Is.EqualTo((5L, 5L)));
    }

    /// <summary>Writers count in a record and in a stream of their own while faults come; each call that fails is made again as it was.</summary>
    private static async Task WritersRetryAsync(NpgsqlDataSource source, int faults, Func<int, Task> fault, CancellationToken token)
    {
        await using var store = new RelationalStore(source, new PostgreSqlDialect(new()), TimeProvider.System);
        await store.GetAsync(new("counters", "0"), token);
        var (done, errors) = (false, new List<MLOpsUnavailableException>());
        var counts = new long[2];
        var writers = Enumerable.Range(0, counts.Length).Select(w => Task.Run(async () =>
        {
            var key = new RecordKey("counters", w.ToString(CultureInfo.InvariantCulture));
            while (!Volatile.Read(ref done))
            {
                var next = counts[w] + 1;
                await UntilItSucceedsAsync(async () =>
                {
                    var result = await store.CommitAsync(new("test", [new RecordPut(key, JsonOf(next), new Dictionary<string, FieldValue> { ["n"] = next }, next - 1)]), token);
                    Assert.That(result.Versions[0], Is.EqualTo(next));
                });
                await UntilItSucceedsAsync(async () => await store.AppendAsync([new(key.Id, next - 1, JsonOf(next))], token));
                counts[w] = next;
            }
        }, token)).ToArray();
        for (var i = 0; i < faults; i++)
        {
            await Task.Delay(Random.Shared.Next(20, 120), token);
            await fault(i);
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(writers);
        for (var w = 0; w < counts.Length; w++)
        {
            var record = await store.GetAsync(new("counters", w.ToString(CultureInfo.InvariantCulture)), token);
            Assert.That((record?.Version ?? 0, (await store.StatAsync(w.ToString(CultureInfo.InvariantCulture), token))?.Next ?? 0), Is.EqualTo((counts[w], counts[w])));
        }

        Assert.That(counts, Is.All.Positive);
        Assert.That(errors.Select(e => e.Message), Is.All.Contains("PostgreSQL").Or.All.Contains("connection"));
        await TestContext.Out.WriteLineAsync($"{counts.Sum()} commits and appends, {faults} faults, {errors.Count} calls made again");

        async Task UntilItSucceedsAsync(Func<Task> call)
        {
            while (true)
            {
                try
                {
                    await call();
                    return;
                }
                catch (MLOpsUnavailableException error)
                {
                    lock (errors) errors.Add(error);
                    await Task.Delay(20, token);
                }
            }
        }
    }

    private static byte[] JsonOf(long number) => System.Text.Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
