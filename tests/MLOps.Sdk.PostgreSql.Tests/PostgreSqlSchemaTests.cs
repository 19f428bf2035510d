using MLOps.Storage.Relational;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlSchemaTests
{
    private static readonly RecordKey Key = new("things", "a");

    private static readonly SchemaStep Next = new(Relational.Schema.Steps[^1].Format + 1, 1, 1, d => [$"create table mlops_later (id {d.KeyColumn})"]);

    private PostgreSqlDatabase _database = null!;

    [OneTimeSetUp]
    public void Create() => _database = new();

    [OneTimeTearDown]
    public async Task Drop() => await (_database?.DisposeAsync() ?? default);

    [Test]
    public async Task Several_programs_that_open_a_new_store_at_once_create_it_once()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => _database.Open("create")).ToList();
        await Task.WhenAll(stores.Select(s => Task.Run(async () => await s.GetAsync(Key))));
        foreach (var store in stores) await store.DisposeAsync();
        Assert.That(await MetaAsync("create", "format"), Is.EqualTo(Relational.Schema.Steps[^1].Format));
    }

    [Test]
    public async Task A_store_is_upgraded_while_programs_of_the_release_before_write_and_watch_it()
    {
        await using var older = _database.Open("online");
        await PutAsync(older, 1);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var last = 1L;
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await PutAsync(older, ++last);
        });
        var upgraded = new List<RelationalStore>();
        for (var i = 0; i < 4; i++) upgraded.Add(_database.Open("online", steps: [.. Relational.Schema.Steps, Next]));
        await Task.WhenAll(upgraded.Select(s => Task.Run(async () => await s.GetAsync(Key))));
        await stop.CancelAsync();
        await writing;
        Assert.That((await upgraded[0].GetAsync(Key))!.Version, Is.EqualTo(last));
        await PutAsync(upgraded[0], last + 1);
        await PutAsync(older, last + 2);
        Assert.That(await MetaAsync("online", "format"), Is.EqualTo(Next.Format));
        foreach (var store in upgraded) await store.DisposeAsync();
    }

    [Test]
    public async Task A_newer_store_that_older_programs_may_only_read_refuses_their_writes()
    {
        await using var older = _database.Open("readers");
        await PutAsync(older, 1);
        await using var newer = _database.Open("readers", steps: [.. Relational.Schema.Steps, Next with { MinWriter = Next.Format }]);
        await PutAsync(newer, 2);
        Assert.That((await older.GetAsync(Key))!.Version, Is.EqualTo(2));
        Assert.That(async () => await PutAsync(older, 3), Throws.InstanceOf<MLOpsInvalidException>().With.Message.Contains("Reading still works"));
        Assert.That(async () => await older.AppendAsync([new("s", 0, "x"u8.ToArray())]), Throws.InstanceOf<MLOpsInvalidException>());
        Assert.That((await older.GetAsync(Key))!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task A_newer_store_that_older_programs_cannot_read_says_so()
    {
        await using var newer = _database.Open("newer", steps: [.. Relational.Schema.Steps, Next with { MinReader = Next.Format, MinWriter = Next.Format }]);
        await PutAsync(newer, 1);
        await using var older = _database.Open("newer");
        Assert.That(async () => await older.GetAsync(Key), Throws.InstanceOf<MLOpsInvalidException>().With.Message.Contains("newer version").And.Message.Contains("Update MLOps.Sdk"));
    }

    [Test]
    public async Task An_upgrade_that_fails_leaves_the_old_store()
    {
        await using var older = _database.Open("fails");
        await PutAsync(older, 1);
        await using var broken = _database.Open("fails", steps: [.. Relational.Schema.Steps, Next with { Statements = d => [.. Next.Statements(d), "create nonsense"] }]);
        Assert.That(async () => await broken.GetAsync(Key), Throws.InstanceOf<MLOpsUnavailableException>());
        Assert.That(await MetaAsync("fails", "format"), Is.EqualTo(Relational.Schema.Steps[^1].Format));
        await PutAsync(older, 2);
    }

    private static async Task PutAsync(RelationalStore store, long version) =>
        await store.CommitAsync(new("test", [new RecordPut(Key, "{}"u8.ToArray(), null, version - 1)]));

    private Task<long> MetaAsync(string key, string name) => _database.ScalarAsync($"select value from {PostgreSqlDatabase.Schema(key)}.mlops_meta where name = '{name}'");
}
