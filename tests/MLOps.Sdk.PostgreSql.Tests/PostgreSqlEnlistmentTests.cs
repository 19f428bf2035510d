using MLOps.Records;
using MLOps.Storage.Relational;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlEnlistmentTests
{
    private static readonly RecordKey A = new("things", "a"), B = new("things", "b");

    private PostgreSqlDatabase _database = null!;

    [OneTimeSetUp]
    public async Task Create()
    {
        _database = new();
        await using var command = _database.Source.CreateCommand("create table orders (id int primary key)");
        await command.ExecuteNonQueryAsync();
    }

    [OneTimeTearDown]
    public async Task Drop() => await (_database?.DisposeAsync() ?? default);

    [Test]
    public async Task What_is_committed_in_the_hosts_transaction_is_seen_with_the_hosts_rows_or_never([Values] bool commits)
    {
        await using var store = _database.Open($"both-{commits}");
        await PutAsync(store, B, 0);
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await ExecuteAsync(connection, $"insert into orders values ({(commits ? 1 : 2)})");
            using (store.Enlist(transaction))
            {
                Assert.That((await PutAsync(store, A, 0)).Versions, Is.EqualTo(new[] { 1L }));
                Assert.That((await PutAsync(store, A, 1)).Versions, Is.EqualTo(new[] { 2L }), "A later call sees the earlier one's.");
                await store.AppendAsync([new("s", 0, "x"u8.ToArray()), new("s", 1, "y"u8.ToArray())]);
                Assert.That((await store.QueryAsync(new("things"))).Records, Has.Count.EqualTo(2));
                Assert.That(await OutsideAsync(() => store.GetAsync(A).AsTask()), Is.Null, "Others do not see it before the host commits.");
            }

            Assert.That(await store.GetAsync(A), Is.Null, "After the enlistment this flow is as others.");
            if (commits) await transaction.CommitAsync();
        }

        Assert.That((await store.GetAsync(A))?.Version, Is.EqualTo(commits ? 2L : null));
        Assert.That((await store.StatAsync("s"))?.Next, Is.EqualTo(commits ? 2L : null));
        Assert.That(await _database.ScalarAsync($"select count(*) from orders where id = {(commits ? 1 : 2)}"), Is.EqualTo(commits ? 1 : 0));
        await PutAsync(store, A, commits ? 2 : 0);
        await PutAsync(store, new("never-seen-before", "a"), 0);
    }

    [Test]
    public async Task A_collection_and_a_field_first_named_in_a_transaction_that_rolls_back_are_not_remembered()
    {
        await using var store = _database.Open("names");
        var put = new RecordPut(new("new", "a"), "1"u8.ToArray(), new Dictionary<string, FieldValue> { ["new"] = 1 }, 0);
        await using (var connection = await _database.Source.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            using var enlisted = store.Enlist(transaction);
            await store.CommitAsync(new("test", [put]));
            Assert.That((await store.QueryAsync(new("new") { Filter = Filter.Equal("new", 1) })).Records, Has.Count.EqualTo(1));
        }

        await store.CommitAsync(new("test", [put]));
        Assert.That((await store.QueryAsync(new("new") { Filter = Filter.Equal("new", 1) })).Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_conflict_leaves_nothing_of_its_call_and_the_transaction_usable()
    {
        await using var store = _database.Open("conflict");
        await PutAsync(store, B, 0);
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        using (store.Enlist(transaction))
        {
            Assert.ThrowsAsync<MLOpsConflictException>(async () => await store.CommitAsync(new("test", [new RecordPut(A, "1"u8.ToArray()), new RecordCheck(B, 7)])));
            Assert.That(await store.GetAsync(A), Is.Null);
            await PutAsync(store, A, 0);
        }

        await transaction.CommitAsync();
        Assert.That((await store.GetAsync(A))!.Version, Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Other_writers_of_records_wait_until_the_host_ends_and_writers_of_streams_do_not(CancellationToken token)
    {
        await using var store = _database.Open("waits");
        await PutAsync(store, B, 0);
        await using var connection = await _database.Source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        Task<CommitResult> other;
        using (store.Enlist(transaction))
        {
            await PutAsync(store, A, 0);
            other = OutsideAsync(() => PutAsync(store, A, 0));
            await WaitersAsync(1, token);
            await PutAsync(store, B, 1);
            await OutsideAsync(async () => { await store.AppendAsync([new("s", 0, "x"u8.ToArray())], token); return 0; });
        }

        Assert.That(other.IsCompleted, Is.False);
        await transaction.CommitAsync(token);
        Assert.That(async () => await other, Throws.InstanceOf<MLOpsConflictException>(), "It lost to the transaction that it waited for.");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task The_audit_chains_head_is_held_until_the_host_commits_and_the_chain_stays_whole(CancellationToken token)
    {
        var services = new ServiceCollection().AddMLOps(o => o.UseMemory().UsePostgreSql(_database.ConnectionString, new() { Schema = "audited" }));
        await using var provider = services.BuildServiceProvider(true);
        var (store, records) = (provider.GetRequiredService<RelationalStore>(), provider.GetRequiredService<IRecordStore>());
        var audited = Collections.Models;
        await PutAsync(records, new(audited, "before"), 0);
        await using var connection = await _database.Source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        Task<CommitResult> other;
        using (store.Enlist(transaction))
        {
            await PutAsync(records, new(audited, "enlisted"), 0);
            other = OutsideAsync(() => PutAsync(records, new(audited, "other"), 0));
            await WaitersAsync(1, token);
            await PutAsync(records, new(audited, "enlisted too"), 0);
        }

        await transaction.CommitAsync(token);
        await other;
        Assert.That(await new AuditChain(records).VerifyAsync(token), Is.EqualTo(4));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_deadlock_with_the_hosts_own_locks_is_told_and_not_retried(CancellationToken token)
    {
        await using var store = _database.Open("deadlock");
        await PutAsync(store, B, 0);
        await ExecuteAsync(_database.Source, "create table accounts (id int primary key); insert into accounts values (1)");
        await using var first = await _database.Source.OpenConnectionAsync(token);
        await using var second = await _database.Source.OpenConnectionAsync(token);
        await using var one = await first.BeginTransactionAsync(token);
        await using var two = await second.BeginTransactionAsync(token);
        await ExecuteAsync(second, "select * from accounts for update");
        using (store.Enlist(one)) await PutAsync(store, A, 0);
        var waiting = Task.Run(() => ExecuteAsync(first, "select * from accounts for update"), token);
        await WaitersAsync(1, token);
        var errors = new List<Exception>();
        using (store.Enlist(two))
        {
            try
            {
                await PutAsync(store, A, 0);
            }
            catch (MLOpsException error)
            {
                errors.Add(error);
            }
        }

        await two.RollbackAsync(token);
        try
        {
            await waiting;
            await one.CommitAsync(token);
        }
        catch (PostgresException error)
        {
            errors.Add(error);
        }

        Assert.That(errors, Has.Count.EqualTo(1), "The database chose one victim.");
        if (errors[0] is MLOpsException told) Assert.That(told, Is.TypeOf<MLOpsUnavailableException>().With.Message.Contains("Roll the transaction back"));
    }

    [Test]
    public async Task A_serializable_transaction_that_came_too_late_is_told_to_try_again()
    {
        await using var store = _database.Open("serializable");
        await PutAsync(store, A, 0);
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
        await ExecuteAsync(connection, "select * from orders");
        await PutAsync(store, A, 1);
        using (store.Enlist(transaction))
            Assert.That(async () => await PutAsync(store, A, 1), Throws.InstanceOf<MLOpsUnavailableException>(), "Its snapshot is older than the other commit.");
    }

    [Test]
    public async Task An_ended_transaction_and_a_foreign_one_are_refused()
    {
        await using var store = _database.Open("ended");
        await using var connection = await _database.Source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await transaction.RollbackAsync();
        await transaction.DisposeAsync();
        Assert.That(() => store.Enlist(transaction), Throws.InstanceOf<MLOpsInvalidException>().Or.InstanceOf<ObjectDisposedException>());
    }

    private static async Task<CommitResult> PutAsync(IRecordStore store, RecordKey key, long expected) =>
        await store.CommitAsync(new("test", [new RecordPut(key, "{}"u8.ToArray(), null, expected)]));

    /// <summary>Runs as another request of the application would: not in this flow.</summary>
    private static Task<T> OutsideAsync<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow()) return Task.Run(work);
    }

    private async Task WaitersAsync(int count, CancellationToken token)
    {
        while (await _database.ScalarAsync("select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()") < count)
            token.ThrowIfCancellationRequested();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Constants of the tests.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, sql);
    }
}
