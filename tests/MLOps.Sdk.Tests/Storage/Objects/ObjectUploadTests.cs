namespace MLOps.Storage.Objects;

public sealed class ObjectUploadTests
{
    private static readonly TransferOptions s_small = new() { PartSize = 1000, Parallelism = 3 };

    private MemoryContainer _server = null!;

    [SetUp]
    public void MakeAServer() => _server = new();

    [TearDown]
    public void CloseTheServer() => _server.Dispose();

    [Test]
    public async Task A_long_blob_travels_in_parts_several_at_a_time_and_a_short_one_in_one_request()
    {
        var store = new ObjectBlobStore(_server, "p", s_small);
        var bytes = Noise(10_001);
        Assert.That(await store.WriteAsync("long", new Unseekable(bytes), Digest.Of(bytes)), Is.True);
        Assert.That(await store.WriteAsync("short", new Unseekable(bytes[..1000])), Is.True);

        Assert.Multiple(() =>
        {
            Assert.That(_server.Found("p/long"), Is.EqualTo(bytes));
            Assert.That(_server.Requests.Count(r => r.StartsWith("send p/long", StringComparison.Ordinal)), Is.EqualTo(11));
            Assert.That(_server.MostPartsAtOnce, Is.InRange(2, 3));
            Assert.That(_server.Requests.Where(r => r.Contains("p/short", StringComparison.Ordinal)), Is.EqualTo(new[] { "put p/short" }));
        });
    }

    [Test]
    public async Task No_more_of_a_stream_is_read_than_there_are_parts_on_their_way()
    {
        using var gate = new ManualResetEventSlim();
        _server.Before = request =>
        {
            if (request.StartsWith("send", StringComparison.Ordinal)) gate.Wait();
        };
        var source = new Unseekable(Noise(100_000));
        // Two parts are read to learn that the blob is long, and each sender reads the part that it sends.
        var write = Task.Run(async () => await new ObjectBlobStore(_server, "", s_small).WriteAsync("a", source));
        while (_server.Requests.Count(r => r.StartsWith("send", StringComparison.Ordinal)) < 3) await Task.Yield();
        Assert.That(source.Given, Is.AtMost(3 * 1000));
        gate.Set();
        Assert.That(await write, Is.True);
        Assert.That(source.Given, Is.EqualTo(100_000));
    }

    [Test]
    public async Task A_part_that_fails_ends_the_upload_and_leaves_nothing()
    {
        _server.Before = request =>
        {
            if (request == "send a 4") throw new TimeZoneNotFoundException("secret");
        };
        var source = new Unseekable(Noise(1_000_000));
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await new ObjectBlobStore(_server, "", s_small).WriteAsync("a", source));
        Assert.Multiple(() =>
        {
            Assert.That(error!.Message, Is.EqualTo("The blob 'a' could not be written to the container 'memory': the server has no time. Try again later."));
            Assert.That(error.ToString(), Does.Not.Contain("secret"));
            Assert.That(_server.Pending, Is.Empty);
            Assert.That(_server.Found("a"), Is.Null);
            Assert.That(source.Given, Is.LessThan(20_000));
        });
        await Task.CompletedTask;
    }

    [Test]
    public void A_cancelled_upload_is_aborted_with_a_token_of_its_own()
    {
        using var stop = new CancellationTokenSource();
        _server.Before = request =>
        {
            if (request == "send a 4") stop.Cancel();
        };
        Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), async () => await new ObjectBlobStore(_server, "", s_small).WriteAsync("a", new Unseekable(Noise(100_000)), null, stop.Token));
        Assert.That((_server.Pending.Count, _server.Found("a"), _server.Requests.Last()), Is.EqualTo((0, (byte[]?)null, "abort a")));
    }

    [Test]
    public void A_long_blob_without_the_expected_hash_is_aborted_before_it_is_completed()
    {
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await new ObjectBlobStore(_server, "", s_small).WriteAsync("a", new Unseekable(Noise(5000)), Digest.Of("other")));
        Assert.That(_server.Requests.Select(r => r.Split(' ')[0]), Has.Member("abort").And.No.Member("complete"));
        Assert.That(_server.Pending, Is.Empty);
    }

    [Test]
    public async Task An_abort_that_fails_is_logged_and_the_first_error_is_the_one_that_is_told()
    {
        using var logs = new RecordedLogs();
        _server.Before = request =>
        {
            if (request == "send a 2" || request == "abort a") throw new IOException(request + " broke");
        };
        var store = new ObjectBlobStore(_server, "", s_small, logs);
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await store.WriteAsync("a", new Unseekable(Noise(5000))));
        Assert.That(error!.Message, Does.Contain("send a 2 broke"));
        Assert.That(logs.Messages.Single(), Does.Contain("'a'").And.Contain("abort a broke"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_stream_of_unknown_length_that_needs_many_parts_gets_longer_ones()
    {
        var server = new MemoryContainer(new(1, 1 << 20, 10));
        var bytes = Noise(100 + 200 + 400 + 50);
        var store = new ObjectBlobStore(server, "", s_small with { PartSize = 100 });
        await store.WriteAsync("a", new Unseekable(bytes));
        Assert.That(server.Found("a"), Is.EqualTo(bytes));
        var error = Assert.ThrowsAsync<MLOpsInvalidException>(async () => await store.WriteAsync("b", new Unseekable(Noise(103_000))));
        Assert.That(error!.Message, Does.Contain("takes 10 parts").And.Contain("PartSize"));
        Assert.That((server.Found("b"), server.Pending.Count), Is.EqualTo(((byte[]?)null, 0)));
    }

    [Test]
    public async Task A_blob_that_is_there_is_not_sent_again()
    {
        var store = new ObjectBlobStore(_server, "", s_small);
        await store.WriteAsync("a", new Unseekable([1]));
        var source = new Unseekable(Noise(50_000));
        Assert.That(await store.WriteAsync("a", source), Is.False);
        Assert.That(source.Given, Is.EqualTo(50_000), "a stream is read to its end");
        Assert.That(_server.Requests, Has.None.StartsWith("begin"));
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await store.WriteAsync("a", new Unseekable(Noise(50_000)), Digest.Of("other")));
    }

    [TestCase(500, "put")]
    [TestCase(5000, "complete")]
    public async Task A_write_whose_answer_was_lost_and_that_was_asked_again_still_wrote(int length, string verb)
    {
        _server.Repeats = request => request == $"{verb} a";
        var store = new ObjectBlobStore(_server, "", s_small);
        Assert.That(await store.WriteAsync("a", new Unseekable(Noise(length))), Is.True);
        Assert.That(await store.WriteAsync("a", new Unseekable(Noise(length))), Is.False);
    }

    [Test]
    public async Task Of_racing_writers_of_a_long_blob_one_wins_and_the_others_leave_nothing()
    {
        var contents = Enumerable.Range(0, 12).Select(i => Noise(7000, i)).ToArray();
        var store = new ObjectBlobStore(_server, "", s_small);
        var won = await Task.WhenAll(contents.Select(c => Task.Run(async () => await store.WriteAsync("a", new Unseekable(c)))));
        Assert.That(won.Count(w => w), Is.EqualTo(1));
        Assert.That(_server.Found("a"), Is.EqualTo(contents[Array.IndexOf(won, true)]));
        Assert.That(_server.Pending, Is.Empty);
    }

    [TestCase(0, 4, "PartSize")]
    [TestCase(32 << 20, 4, "PartSize")]
    [TestCase(1000, 0, "Parallelism")]
    [TestCase(1000, 65, "Parallelism")]
    public void Options_out_of_their_range_are_refused_by_name(int part, int parallelism, string name) =>
        Assert.That(() => new ObjectBlobStore(_server, "", new() { PartSize = part, Parallelism = parallelism }), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(name));

    [TestCase("/")]
    [TestCase("a/")]
    [TestCase("../a")]
    [TestCase("a//b")]
    [TestCase("a/.b")]
    [TestCase("a\0")]
    [TestCase("\u212A")] // the Kelvin sign, whose lower case is an ASCII k
    [TestCase("<script>")]
    public void A_hostile_prefix_is_refused(string prefix) => Assert.That(() => new ObjectBlobStore(_server, prefix), Throws.TypeOf<MLOpsInvalidException>());

    private static byte[] Noise(int length, int seed = 3)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A stream that tells neither its length nor its place, and counts what it gave.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public long Given => Position;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
