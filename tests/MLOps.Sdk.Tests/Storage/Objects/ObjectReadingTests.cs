namespace MLOps.Storage.Objects;

public sealed class ObjectReadingTests
{
    private const int Part = 1 << 20;

    private static readonly byte[] s_bytes = Noise(5 * Part + 17);

    private MemoryContainer _server = null!;
    private ObjectBlobStore _store = null!;

    [SetUp]
    public async Task WriteABlob()
    {
        _server = new();
        _store = new(_server, "", new() { PartSize = Part, Parallelism = 3 });
        await _store.WriteAsync("a", new MemoryStream(s_bytes));
        _server.Requests.Clear();
    }

    [TearDown]
    public void CloseTheStore() => _store.Dispose();

    [Test]
    public async Task A_long_blob_is_read_in_parts_of_one_state()
    {
        Assert.That(await ReadAsync(await _store.OpenAsync("a")), Is.EqualTo(s_bytes));
        Assert.That(Opened(), Has.Count.EqualTo(6));
        Assert.That(await ReadAsync(await _store.OpenAsync("a", new(100, 3 * Part))), Is.EqualTo(s_bytes[100..(100 + 3 * Part)]));
    }

    [Test]
    public async Task Nothing_is_fetched_ahead_of_a_reader_who_takes_little_and_no_more_than_it_has_room_for_of_one_who_goes_on()
    {
        await using var blob = await _store.OpenAsync("a");
        await blob.ReadExactlyAsync(new byte[1000]);
        Assert.That(Opened(), Has.Count.EqualTo(1));
        await blob.ReadExactlyAsync(new byte[Part]);
        Assert.That(Opened(), Has.Count.LessThanOrEqualTo(1 + 3));
    }

    [Test]
    public async Task A_broken_connection_is_taken_up_where_it_broke()
    {
        var bodies = 0;
        _server.Body = body => Interlocked.Increment(ref bodies) % 3 == 0 ? body : new Breaking(body, 300_000);
        Assert.That(await ReadAsync(await _store.OpenAsync("a")), Is.EqualTo(s_bytes));
        Assert.That(Opened(), Has.Count.GreaterThan(6));
    }

    [Test]
    public async Task An_answer_that_ends_too_early_is_not_taken_for_the_end_of_the_blob()
    {
        _server.Body = body => new Short(body);
        await using var blob = await _store.OpenAsync("a");
        Assert.That(async () => await ReadAsync(blob), Throws.TypeOf<MLOpsUnavailableException>().With.Message.Contains("'a'"));
        Assert.That(Opened(), Has.Count.EqualTo(3));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_blob_that_goes_while_it_is_read_is_never_mixed_with_another(bool replaced)
    {
        await using var blob = await _store.OpenAsync("a");
        await blob.ReadExactlyAsync(new byte[10]);
        await _store.DeleteAsync("a");
        if (replaced) await _store.WriteAsync("a", new MemoryStream(Noise(s_bytes.Length, 9)));
        Assert.That(async () => await ReadAsync(blob), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("while it was being read"));
    }

    [Test]
    public async Task A_blob_can_be_read_from_anywhere_and_as_streams_without_tasks_are()
    {
        await using var blob = await _store.OpenAsync("a", new(100));
        var random = new Random(4);
        var buffer = new byte[70_000];
        for (var i = 0; i < 20; i++)
        {
            var at = random.Next((int)blob.Length);
            Assert.That(blob.Seek(at, (SeekOrigin)0), Is.EqualTo(at));
            var count = blob.Read(buffer, 0, buffer.Length);
            Assert.That(buffer.AsSpan(0, count).SequenceEqual(s_bytes.AsSpan(100 + at, count)), Is.True);
            Assert.That(blob.Position, Is.EqualTo(at + count));
        }

        Assert.That(blob.Seek(0, SeekOrigin.End), Is.EqualTo(s_bytes.Length - 100));
        Assert.That(blob.Read(buffer, 0, 1), Is.Zero);
        blob.Position = long.MaxValue;
        Assert.That(blob.Read(buffer, 0, 1), Is.Zero);
        Assert.That(() => blob.Position = -1, Throws.InstanceOf<ArgumentException>());
        Assert.That(() => blob.WriteByte(1), Throws.TypeOf<NotSupportedException>());
        blob.Position = 0;
        Assert.That(await ReadAsync(blob), Is.EqualTo(s_bytes[100..]));
    }

    [Test]
    public async Task A_stream_that_was_closed_or_whose_read_was_cancelled_says_so()
    {
        var blob = await _store.OpenAsync("a");
        await blob.ReadExactlyAsync(new byte[Part + 10]);
        Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), async () => await blob.ReadExactlyAsync(new byte[10], new CancellationToken(true)));
        await blob.ReadExactlyAsync(new byte[10]);
        await blob.DisposeAsync();
        Assert.That(blob.CanRead, Is.False);
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await blob.ReadExactlyAsync(new byte[10]));
    }

    private List<string> Opened() => [.. _server.Requests.Where(r => r.StartsWith("open a", StringComparison.Ordinal))];

    private static async Task<byte[]> ReadAsync(Stream blob)
    {
        await using (blob)
        {
            using var bytes = new MemoryStream();
            await blob.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    private static byte[] Noise(int length, int seed = 3)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Breaking(Stream inner, int after) : Inner(inner)
    {
        private int _read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read >= after) throw new HttpIOException(HttpRequestError.ResponseEnded);
            var read = await base.ReadAsync(buffer, cancellationToken);
            _read += read;
            return read;
        }
    }

    private sealed class Short(Stream inner) : Inner(inner)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);
    }

    private abstract class Inner(Stream inner) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer[..Math.Min(buffer.Length, 100_000)], cancellationToken);
    }
}
