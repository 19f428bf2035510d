using System.Text;
using MLOps.Testing;

namespace MLOps.Storage.Objects;

public sealed class ObjectOpeningTests
{
    private const string Format = "p/.mlops/format";

    private MemoryContainer _server = null!;

    [SetUp]
    public void MakeAServer() => _server = new();

    [TearDown]
    public void CloseTheServer() => _server.Dispose();

    [Test]
    public async Task The_first_write_leaves_the_stores_word_which_no_listing_shows()
    {
        await WriteAsync("a");
        Assert.That(Encoding.UTF8.GetString(_server.Found(Format)!), Is.EqualTo("format 1\nminReader 1\nminWriter 1\n"));
        _server.Place("p/Foreign File", [1]);
        _server.Place("p/folder/", []);
        Assert.That(await Store().ListAsync("").Select(b => b.Key).ToListAsync(), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_reader_writes_nothing()
    {
        await Store().StatAsync("a");
        Assert.That(_server.Requests, Is.EqualTo(new[] { $"open {Format} 0-65535", "head p/a" }));
    }

    [Test]
    public async Task A_store_that_only_newer_versions_may_write_can_still_be_read()
    {
        await WriteAsync("a");
        Say("format 3\nminReader 1\nminWriter 2\n");
        await using var blob = await Store().OpenAsync("a");
        Assert.That(async () => await WriteAsync("b"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("newer version"));
    }

    [TestCase("format 3\nminReader 2\nminWriter 2\n", "newer version")]
    [TestCase("<html>", "does not say")]
    [TestCase("", "does not say")]
    public async Task A_store_that_cannot_be_understood_is_not_read(string word, string reason)
    {
        await WriteAsync("a");
        Say(word);
        Assert.That(async () => await Store().OpenAsync("a"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(reason).And.Message.Contains("container 'memory'"));
    }

    [Test]
    public async Task An_opening_that_failed_is_tried_again()
    {
        _server.Before = _ => throw new HttpRequestException("Connection refused (host:1)");
        var store = Store();
        Assert.That(async () => await store.StatAsync("a"), Throws.TypeOf<MLOpsUnavailableException>().With.Message.Contains("Connection refused (host:1)"));
        _server.Before = null;
        Assert.That(await store.StatAsync("a"), Is.Null);
    }

    [Test]
    public void A_request_that_ran_out_of_time_is_not_a_cancellation_by_the_caller()
    {
        _server.Before = _ => throw new TaskCanceledException();
        Assert.That(async () => await Store().StatAsync("a"), Throws.TypeOf<MLOpsUnavailableException>().With.Message.Contains("did not answer in time"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_server_that_ignores_or_refuses_conditions_is_told_once_and_the_store_looks_before_it_writes(bool refuses)
    {
        using var logs = new RecordedLogs();
        _server.Conditions = refuses ? ConditionalWrites.Refused : ConditionalWrites.Ignored;
        for (var i = 0; i < 2; i++)
        {
            var store = new ObjectBlobStore(_server, "p", null, logs);
            Assert.That(await store.WriteAsync($"a{i}", new MemoryStream([1])), Is.True);
            Assert.That(await store.WriteAsync($"a{i}", new MemoryStream([2])), Is.False);
            Assert.That(_server.Found($"p/a{i}"), Is.EqualTo(new byte[] { 1 }));
            Assert.That(logs.Messages, Has.Count.EqualTo(i + 1).And.All.Contains("does not keep conditional writes"));
        }
    }

    [Test]
    public async Task A_server_that_keeps_conditions_is_not_complained_about()
    {
        using var logs = new RecordedLogs();
        for (var i = 0; i < 2; i++) Assert.That(await new ObjectBlobStore(_server, "p", null, logs).WriteAsync($"a{i}", new MemoryStream([1])), Is.True);
        Assert.That(logs.Messages, Is.Empty);
    }

    [Test]
    public async Task Uploads_that_crashed_writers_left_are_thrown_away_after_a_day_and_running_ones_are_not()
    {
        var time = new ManualTimeProvider();
        _server.Pending["old"] = time.GetUtcNow() - TimeSpan.FromHours(25);
        _server.Pending["fresh"] = time.GetUtcNow() - TimeSpan.FromHours(23);
        await new ObjectBlobStore(_server, "p", time: time).WriteAsync("a", new MemoryStream([1]));
        Assert.That(_server.Pending.Keys, Is.EqualTo(new[] { "fresh" }));
    }

    [Test]
    public async Task A_sweep_that_is_not_allowed_is_said_in_the_log_and_stops_nothing()
    {
        using var logs = new RecordedLogs();
        _server.Before = request =>
        {
            if (request.StartsWith("sweep", StringComparison.Ordinal)) throw new TimeZoneNotFoundException();
        };
        Assert.That(await new ObjectBlobStore(_server, "p", null, logs).WriteAsync("a", new MemoryStream([1])), Is.True);
        Assert.That(logs.Messages.Single(), Does.StartWith("Information").And.Contain("the server has no time"));
    }

    [Test]
    public async Task A_listing_out_of_order_is_an_error_unless_it_is_known_to_be_so()
    {
        foreach (var inOrder in new[] { true, false })
        {
            var server = new MemoryContainer { InOrder = inOrder };
            var store = new ObjectBlobStore(server, "P");
            string[] keys = ["a/b", "a-b", "a.b", "a_b", "a0b", "ab"];
            foreach (var key in keys) await store.WriteAsync(key, new MemoryStream([1]));
            Array.Sort(keys, StringComparer.Ordinal);
            Assert.That(await store.ListAsync("a").Select(b => b.Key).ToListAsync(), Is.EqualTo(keys));
        }

        var confused = new ObjectBlobStore(new Backwards(_server));
        foreach (var key in new[] { "a", "b" }) await confused.WriteAsync(key, new MemoryStream([1]));
        Assert.That(async () => await confused.ListAsync("").ToListAsync(), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("ListsInOrder"));
    }

    private ObjectBlobStore Store() => new(_server, "p");

    private async Task WriteAsync(string key) => await Store().WriteAsync(key, new MemoryStream([1]));

    private void Say(string word) => _server.Place(Format, Encoding.UTF8.GetBytes(word));

    private sealed class Backwards(MemoryContainer server) : ObjectContainer
    {
        public override string Name => server.Name;

        public override ObjectLimits Limits => server.Limits;

        public override Task<bool> PutAsync(ObjectWrite write, Stream content, CancellationToken cancellationToken) => server.PutAsync(write, content, cancellationToken);

        public override Task<ObjectUpload> BeginAsync(ObjectWrite write, CancellationToken cancellationToken) => server.BeginAsync(write, cancellationToken);

        public override Task<ObjectHead?> HeadAsync(string key, CancellationToken cancellationToken) => server.HeadAsync(key, cancellationToken);

        public override Task<ObjectBody?> OpenAsync(string key, long offset, long last, string? tag, CancellationToken cancellationToken) => server.OpenAsync(key, offset, last, tag, cancellationToken);

        public override Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) => server.DeleteAsync(key, cancellationToken);

        public override IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken) => server.ListAsync(prefix, cancellationToken).Reverse();

        public override string? Explain(Exception error) => server.Explain(error);
    }
}
