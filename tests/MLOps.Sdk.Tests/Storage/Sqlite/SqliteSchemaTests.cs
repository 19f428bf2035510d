using MLOps.Storage;
using MLOps.Storage.Relational;
using Microsoft.Data.Sqlite;

namespace MLOps.Tests.Storage;

sealed class SqliteSchemaTests
{
    private static readonly RecordKey Key = new("things", "a");

    private static readonly SchemaStep Next = new(Schema.Steps[^1].Format + 1, 1, 1, d => [$"create table mlops_later (id {d.KeyColumn})"]);

    [Test]
    public async Task An_older_store_is_upgraded_when_it_is_opened_and_its_records_stay()
    {
        await using var file = new SqliteFile();
        await PutAsync(file.Open(), 1);
        var newer = file.Open([.. Schema.Steps, Next]);
        Assert.That((await newer.GetAsync(Key))!.Version, Is.EqualTo(1));
        Assert.That(await MetaAsync(file, "format"), Is.EqualTo(Next.Format));
        Assert.That(await ScalarAsync(file, "select count(*) from mlops_later"), Is.Zero);
        await PutAsync(newer, 2);
    }

    [Test]
    public async Task Several_programs_that_open_a_new_store_at_once_create_it_once()
    {
        await using var file = new SqliteFile();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await file.Open().GetAsync(Key))));
        Assert.That(await MetaAsync(file, "format"), Is.EqualTo(Schema.Steps[^1].Format));
    }

    [Test]
    public async Task A_newer_store_that_allows_older_programs_is_read_and_written_by_them()
    {
        await using var file = new SqliteFile();
        await PutAsync(file.Open([.. Schema.Steps, Next]), 1);
        var older = file.Open();
        await PutAsync(older, 2);
        Assert.That((await older.GetAsync(Key))!.Version, Is.EqualTo(2));
        Assert.That(await MetaAsync(file, "format"), Is.EqualTo(Next.Format));
    }

    [Test]
    public async Task A_newer_store_that_older_programs_may_only_read_refuses_their_writes()
    {
        await using var file = new SqliteFile();
        var older = file.Open();
        await PutAsync(older, 1);
        await PutAsync(file.Open([.. Schema.Steps, Next with { MinWriter = Next.Format }]), 2);
        Assert.That((await older.GetAsync(Key))!.Version, Is.EqualTo(2));
        var error = Assert.ThrowsAsync<MLOpsInvalidException>(async () => await PutAsync(older, 3));
        Assert.That(error!.Message, Does.Contain("newer version").And.Contain("Reading still works"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await file.Open().AppendAsync([new("s", 0, "x"u8.ToArray())]));
    }

    [Test]
    public async Task A_newer_store_that_older_programs_cannot_read_says_so()
    {
        await using var file = new SqliteFile();
        await PutAsync(file.Open([.. Schema.Steps, Next with { MinReader = Next.Format, MinWriter = Next.Format }]), 1);
        var error = Assert.ThrowsAsync<MLOpsInvalidException>(async () => await file.Open().GetAsync(Key));
        Assert.That(error!.Message, Does.Contain("newer version").And.Contain("Update MLOps.Sdk"));
    }

    [Test]
    public async Task An_upgrade_that_fails_leaves_the_old_store()
    {
        await using var file = new SqliteFile();
        await PutAsync(file.Open(), 1);
        var broken = file.Open([.. Schema.Steps, Next with { Statements = d => [$"create table mlops_later (id {d.KeyColumn})", "create nonsense"] }]);
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await broken.GetAsync(Key));
        Assert.That(await MetaAsync(file, "format"), Is.EqualTo(Schema.Steps[^1].Format));
        Assert.That(await ScalarAsync(file, "select count(*) from sqlite_master where name = 'mlops_later'"), Is.Zero);
        await PutAsync(file.Open(), 2);
    }

    [Test]
    public async Task A_store_of_format_1_is_upgraded_and_ordered_queries_still_find_the_records_without_the_field()
    {
        await using var file = new SqliteFile();
        var old = file.Open();
        await old.CommitAsync(new("test", [.. Enumerable.Range(0, 40).Select(i => Put(i))]));
        await old.DisposeAsync();
        // As format 1 left it.
        await ScalarAsync(file, "drop index mlops_record_shape; drop table mlops_shape; alter table mlops_record drop column shape; update mlops_meta set value = 1 where name <> 'position'; select 0");
        var store = file.Open();
        await store.CommitAsync(new("test", [.. Enumerable.Range(40, 20).Select(i => Put(i))]));
        var query = new RecordQuery("things") { OrderBy = "b", Size = 7 };
        var found = new List<string>();
        for (RecordPage? page = null; page is null || page.Next is not null;) found.AddRange((page = await store.QueryAsync(query with { After = page?.Next })).Records.Select(r => r.Key.Id));
        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 60).OrderBy(i => i % 3 == 0 ? i : 1000 + i).Select(i => $"{i:D2}")));

        static RecordPut Put(int i) => new(new("things", $"{i:D2}"), "1"u8.ToArray(), i % 3 == 0 ? new Dictionary<string, FieldValue> { ["a"] = 1, ["b"] = i } : i % 3 == 1 ? new Dictionary<string, FieldValue> { ["a"] = 1 } : null);
    }

    private static async Task PutAsync(RelationalStore store, long version)
    {
        var result = await store.CommitAsync(new("test", [new RecordPut(Key, "{}"u8.ToArray(), null, version - 1)]));
        Assert.That(result.Versions, Is.EqualTo(new[] { version }));
    }

    private static Task<long> MetaAsync(SqliteFile file, string name) => ScalarAsync(file, $"select value from mlops_meta where name = '{name}'");

    private static async Task<long> ScalarAsync(SqliteFile file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file.Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
