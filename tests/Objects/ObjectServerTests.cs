using System.Diagnostics;
using MLOps.Crash;

namespace MLOps.Storage.Objects;

/// <summary>What a store does with long blobs on a real server: races, failures, memory, killed writers.</summary>
public abstract class ObjectServerTests
{
    private const int Part = 5 << 20;

    private string _prefix = string.Empty;

    /// <summary>Whether the server decides races.</summary>
    protected virtual bool DecidesRaces => true;

    /// <summary>How much is sent to see what memory that takes.</summary>
    protected virtual int Megabytes => Effort.Of(96, 1024);

    /// <summary>The server's name for <c>MLOps.CrashWorker upload</c>.</summary>
    protected abstract string Server { get; }

    protected abstract ObjectBlobStore Open(string prefix, TransferOptions transfer);

    /// <summary>How many uploads under a prefix are neither completed nor aborted; null when the server does not tell, or keeps none.</summary>
    protected abstract Task<int?> PendingAsync(string prefix);

    [SetUp]
    public void TakeAPrefix() => _prefix = "t-" + Guid.NewGuid().ToString("N");

    [Test]
    public async Task A_long_blob_comes_back_as_it_was_also_from_its_middle()
    {
        using var store = Open();
        var bytes = Noise(4 * Part + 123);
        Assert.That(await store.WriteAsync("a", new Unseekable(bytes), Digest.Of(bytes)), Is.True);
        Assert.That(await store.StatAsync("a"), Is.EqualTo(new BlobInfo("a", bytes.Length)));
        Assert.That(Digest.Of(await ReadAsync(store, "a")), Is.EqualTo(Digest.Of(bytes)));
        Assert.That((await ReadAsync(store, "a", new(Part - 10, 2 * Part))).AsSpan().SequenceEqual(bytes.AsSpan(Part - 10, 2 * Part)), Is.True);
        Assert.That(await PendingAsync(_prefix), Is.Null.Or.Zero);
    }

    [Test]
    public async Task Of_racing_writers_of_a_long_blob_one_wins_and_no_upload_stays()
    {
        if (!DecidesRaces) Assert.Ignore("The server ignores conditional headers; the test of the headers that are sent stands beside this one.");
        var contents = Enumerable.Range(0, 4).Select(i => Noise(2 * Part + 1, i)).ToArray();
        using var store = Open();
        using var other = Open();
        var won = await Task.WhenAll(contents.Select((c, i) => Task.Run(async () => await (i % 2 == 0 ? store : other).WriteAsync("a", new Unseekable(c)))));
        Assert.That(won.Count(w => w), Is.EqualTo(1));
        Assert.That((await ReadAsync(store, "a")).AsSpan().SequenceEqual(contents[Array.IndexOf(won, true)]), Is.True);
        Assert.That(await PendingAsync(_prefix), Is.Null.Or.Zero);
    }

    [Test]
    public async Task Writers_of_one_content_addressed_key_all_leave_the_same_bytes()
    {
        var bytes = Noise(2 * Part + 1);
        using var store = Open();
        var won = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await store.WriteAsync("a", new Unseekable(bytes), Digest.Of(bytes)))));
        Assert.That(won.Count(w => w), DecidesRaces ? Is.EqualTo(1) : Is.AtLeast(1));
        Assert.That((await ReadAsync(store, "a")).AsSpan().SequenceEqual(bytes), Is.True);
    }

    [TestCase("cancelled")]
    [TestCase("broken")]
    [TestCase("wrong")]
    public async Task A_long_upload_that_does_not_end_well_leaves_neither_a_blob_nor_an_upload(string end)
    {
        using var store = Open();
        using var stop = new CancellationTokenSource();
        await using var source = new Unseekable(Noise(4 * Part), position =>
        {
            if (position < 3 * Part) return;
            if (end == "cancelled") stop.Cancel();
            if (end == "broken") throw new InvalidTimeZoneException("broken source");
        });
        var expected = end == "wrong" ? Digest.Of("other") : (Digest?)null;
        var kind = end switch { "cancelled" => typeof(OperationCanceledException), "broken" => typeof(InvalidTimeZoneException), _ => typeof(MLOpsIntegrityException) };
        Assert.ThrowsAsync(Is.InstanceOf(kind), async () => await store.WriteAsync("a", source, expected, stop.Token));
        Assert.Multiple(async () =>
        {
            Assert.That(await store.StatAsync("a"), Is.Null);
            Assert.That(await store.ListAsync("").ToListAsync(), Is.Empty);
            Assert.That(await PendingAsync(_prefix), Is.Null.Or.Zero);
        });
        Assert.That(await store.WriteAsync("a", new Unseekable(Noise(Part + 1))), Is.True);
    }

    [Test]
    public async Task Memory_is_bounded_while_a_stream_of_unknown_length_goes_up_and_comes_down()
    {
        var length = Megabytes << 20;
        using var store = Open(new() { PartSize = 8 << 20, Parallelism = 4 });
        await store.WriteAsync("warm-up", new Endless(20 << 20));
        await ReadAsync(store, "warm-up");
        using var process = Process.GetCurrentProcess();
        var before = Measure();
        long most = 0;
        await store.WriteAsync("a", new Endless(length, () => most = Math.Max(most, Measure() - before)));
        await TestContext.Out.WriteLineAsync($"up: {most >> 20} MB for {length >> 20} MB");
        var up = most;
        most = 0;
        long read = 0;
        await using var blob = await store.OpenAsync("a");
        var buffer = new byte[1 << 20];
        while (await blob.ReadAsync(buffer) is var count and > 0)
        {
            read += count;
            most = Math.Max(most, Measure() - before);
        }

        await TestContext.Out.WriteLineAsync($"down: {most >> 20} MB for {length >> 20} MB");
        Assert.That(read, Is.EqualTo(length));
        Assert.That(up >> 20, Is.AtMost(Effort.Of(64, 150)));
        Assert.That(most >> 20, Is.AtMost(Effort.Of(64, 150)));

        long Measure()
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    [Test]
    [CancelAfter(600_000)]
    public async Task A_writer_that_is_killed_leaves_nothing_half_written_and_loses_nothing_acknowledged(CancellationToken token)
    {
        var random = new Random(11);
        var acknowledged = new List<string>();
        var kills = Effort.Of(3, 25);
        for (var kill = 0; kill < kills; kill++)
        {
            using var child = new Child("upload", Server, _prefix, $"{kill}");
            if (await child.NextAsync(token) is { } first) acknowledged.Add(first[0]);
            // The moment is no point of the child's choosing.
            await Task.Delay(random.Next(400), token);
            child.Kill();
            acknowledged.AddRange((await child.RestAsync(token)).Select(f => f[0]));
            var (_, errors) = await child.EndAsync(token);
            Assert.That(errors, Is.Empty);
        }

        using var store = Open();
        var found = await store.ListAsync("", token).ToListAsync(token);
        Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(kills), "the children did too little for the kills to mean anything");
        Assert.That(acknowledged.Except(found.Select(b => b.Key)), Is.Empty);
        foreach (var blob in found) Assert.That(Digest.Of(await ReadAsync(store, blob.Key)).Hex, Is.EqualTo(blob.Key));
        await TestContext.Out.WriteLineAsync($"{kills} kills, {acknowledged.Count} acknowledged, {found.Count} whole blobs, {await PendingAsync(_prefix)} uploads left for the sweep");
    }

    private ObjectBlobStore Open(TransferOptions? transfer = null) => Open(_prefix, transfer ?? new() { PartSize = Part, Parallelism = 3 });

    private static async Task<byte[]> ReadAsync(ObjectBlobStore store, string key, BlobRange? range = null)
    {
        await using var blob = await store.OpenAsync(key, range);
        using var bytes = new MemoryStream();
        await blob.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static byte[] Noise(int length, int seed = 3)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Unseekable(byte[] bytes, Action<long>? beforeRead = null) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            beforeRead?.Invoke(Position);
            cancellationToken.ThrowIfCancellationRequested();
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 << 20)], cancellationToken);
        }
    }

    /// <summary>Bytes that are nowhere.</summary>
    private sealed class Endless(long length, Action? atEachRead = null) : MemoryStream
    {
        private long _given;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            atEachRead?.Invoke();
            var count = (int)Math.Min(Math.Min(buffer.Length, 1 << 20), length - _given);
            buffer.Span[..count].Fill((byte)(_given >> 20));
            _given += count;
            return new(count);
        }
    }
}
