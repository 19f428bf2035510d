using MLOps.Storage.PostgreSql;
using MLOps.Storage.Relational;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlFaultTests
{
    private const string Secret = "hunter2-not-to-be-seen";

    private static readonly RecordKey Key = new("things", "a");

    private PostgreSqlDatabase _database = null!;

    [OneTimeSetUp]
    public void Create() => _database = new();

    [OneTimeTearDown]
    public async Task Drop() => await (_database?.DisposeAsync() ?? default);

    [TestCase("Password", Secret, "Username and Password")]
    [TestCase("Database", "no_such_database", "does not exist")]
    [TestCase("Port", "1", "cannot be reached")]
    [TestCase("Host", "no-such-host.invalid", "cannot be reached")]
    public async Task What_the_server_refuses_is_said_with_what_to_do_and_without_the_password(string key, string value, string says)
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { [key] = value, Timeout = 5 };
        var password = settings.Password!;
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
        await using var store = new RelationalStore(source, new PostgreSqlDialect(new()), TimeProvider.System);
        foreach (var call in (Func<Task>[])[async () => await store.GetAsync(Key), async () => await PutAsync(store, 0), async () => await store.StatAsync("s")])
        {
            var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await call())!;
            Assert.That(error.Message, Does.Contain(says));
            Assert.That(error.ToString(), Does.Not.Contain(password).And.Not.Contain(Secret), "Not in an inner error either.");
        }
    }

    [TestCase("Host=localhost;Password=" + Secret + ";Port=abc")]
    [TestCase("Host=localhost;Pasword=" + Secret)]
    [TestCase(Secret)]
    [TestCase("Password=" + Secret)]
    [TestCase("Host=localhost;Password=" + Secret + ";SSL Mode=" + Secret)]
    public void A_malformed_connection_string_is_refused_at_once_without_showing_it(string connectionString)
    {
        var error = Assert.Throws<MLOpsInvalidException>(() => new MLOpsBuilder(new ServiceCollection(), null).UsePostgreSql(connectionString))!;
        Assert.That(error.Message, Does.Contain("connection string"));
        Assert.That(error.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public void A_name_that_is_no_schemas_is_refused_at_once([Values("", "pg_mine", "a\0b", "ééééééééééééééééééééééééééééééééé")] string schema) =>
        Assert.Throws<MLOpsInvalidException>(() => new MLOpsBuilder(new ServiceCollection(), null).UsePostgreSql("Host=localhost", new() { Schema = schema }));

    [Test]
    public void A_poll_that_is_not_positive_is_refused_at_once() =>
        Assert.Throws<MLOpsInvalidException>(() => new MLOpsBuilder(new ServiceCollection(), null).UsePostgreSql("Host=localhost", new() { Poll = TimeSpan.Zero }));

    [Test]
    public async Task A_schemas_name_is_taken_literally_whatever_it_holds([Values("we\"ird'; drop schema public; --", "a mlops_record b", "ÜBER @p0 😀", "public")] string schema)
    {
        await using var store = new RelationalStore(_database.Source, new PostgreSqlDialect(new() { Schema = schema }), TimeProvider.System);
        await PutAsync(store, 0);
        await store.AppendAsync([.. Enumerable.Range(0, 20).Select(i => new StreamAppend("s", i, "x"u8.ToArray()))]);
        Assert.That((await store.GetAsync(Key))!.Version, Is.EqualTo(1));
        await using var command = _database.Source.CreateCommand("select count(*) from pg_tables where schemaname = $1 and tablename like 'mlops\\_%'");
        command.Parameters.AddWithValue(schema);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(10L));
    }

    [Test]
    public async Task A_user_without_rights_is_told_which_it_needs()
    {
        await ExecuteAsync($"create role poor_{Environment.ProcessId} login password '{Secret}'");
        try
        {
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = $"poor_{Environment.ProcessId}", Password = Secret, Pooling = false }.ConnectionString);
            await using var store = new RelationalStore(source, new PostgreSqlDialect(new() { Schema = "poor" }), TimeProvider.System);
            var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.GetAsync(Key))!;
            Assert.That(error.Message, Does.Contain("schema 'poor'").And.Contain("grant"));
        }
        finally
        {
            await ExecuteAsync($"drop role poor_{Environment.ProcessId}");
        }
    }

    [Test]
    public async Task A_database_that_cannot_hold_every_text_is_refused()
    {
        var name = "latin_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"create database {name} encoding 'LATIN1' template template0");
        try
        {
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Database = name, Pooling = false }.ConnectionString);
            await using var store = new RelationalStore(source, new PostgreSqlDialect(new()), TimeProvider.System);
            var error = Assert.ThrowsAsync<MLOpsInvalidException>(async () => await store.GetAsync(Key))!;
            Assert.That(error.Message, Does.Contain("LATIN1").And.Contain("UTF8"));
        }
        finally
        {
            await ExecuteAsync($"drop database {name}");
        }
    }

    [Test]
    public async Task A_server_that_only_reads_and_a_table_that_is_gone_are_said()
    {
        await using (var store = _database.Open("gone"))
        {
            await PutAsync(store, 0);
            await ExecuteAsync($"drop table {PostgreSqlDatabase.Schema("gone")}.mlops_document");
            Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await PutAsync(store, 1));
            Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await store.GetAsync(Key));
        }

        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Options = "-c default_transaction_read_only=on", Pooling = false }.ConnectionString);
        await using var standby = new RelationalStore(source, new PostgreSqlDialect(new() { Schema = "standby" }), TimeProvider.System);
        // A store asks for a transaction that writes, so only a standby refuses it; this server does not.
        await PutAsync(standby, 0);
    }

    [Test]
    public async Task Texts_and_names_too_long_for_an_index_are_kept_found_and_ordered()
    {
        await using var store = _database.Open("long");
        var random = new Random(5);
        string Noise(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(0x4E00, 0x9FFF)));
        var (name, start) = (Noise(1000), Noise(700));
        var texts = Enumerable.Range(0, 40).Select(i => start + Noise(1 + random.Next(1900))).Append(start).Append(Noise(2700)).Order(Comparer<string>.Create(FieldValue.CompareUtf8)).ToList();
        await store.CommitAsync(new("test", [.. texts.Select((t, i) => new RecordPut(new("things", $"r{random.Next()}-{i:D2}"), "1"u8.ToArray(), new Dictionary<string, FieldValue> { [name] = t }))]));
        async Task<List<string>> FoundAsync(Filter? filter, bool descending = false)
        {
            var found = new List<string>();
            var query = new RecordQuery("things") { Filter = filter, OrderBy = name, Descending = descending, Size = 5 };
            for (RecordPage? page = null; page is null || page.Next is not null;)
            {
                page = await store.QueryAsync(query with { After = page?.Next });
                found.AddRange(page.Records.Select(r => r.Fields[name].Text!));
            }

            return found;
        }

        Assert.That(await FoundAsync(null), Is.EqualTo(texts));
        Assert.That(await FoundAsync(null, descending: true), Is.EqualTo(texts.AsEnumerable().Reverse()));
        Assert.That(await FoundAsync(Filter.Equal(name, texts[20])), Is.EqualTo(new[] { texts[20] }));
        Assert.That(await FoundAsync(Filter.Less(name, texts[20])), Is.EqualTo(texts[..20]));
        Assert.That(await FoundAsync(Filter.Greater(name, texts[20])), Is.EqualTo(texts[21..]));
        Assert.That(await FoundAsync(Filter.In(name, texts[3], texts[30], "x")), Is.EqualTo(new[] { texts[3], texts[30] }));
        Assert.That(await FoundAsync(Filter.Like(name, texts[10][..720] + "%")), Does.Contain(texts[10]));
    }

    private static async Task<CommitResult> PutAsync(RelationalStore store, long expected) =>
        await store.CommitAsync(new("test", [new RecordPut(Key, "{}"u8.ToArray(), null, expected)]));

    private async Task ExecuteAsync(string sql)
    {
#pragma warning disable CA2100 // Constants of the tests.
        await using var command = _database.Source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
