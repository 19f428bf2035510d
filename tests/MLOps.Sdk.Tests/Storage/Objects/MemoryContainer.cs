using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MLOps.Storage.Objects;

/// <summary>An object store in memory that takes tiny parts, and can be told to fail: shared by stores as a server is by machines.</summary>
internal sealed class MemoryContainer(ObjectLimits? limits = null) : ObjectContainer
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string Writer, string Tag)> _objects = new(StringComparer.Ordinal);
    private int _sending;

    /// <summary>Uploads that were begun and neither completed nor aborted.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Pending { get; } = new(StringComparer.Ordinal);

    /// <summary>What was asked, in order: the verb and the name.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Called before each request is answered, with the same words; may throw.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Called when a request was carried out and its answer is on the way; may throw.</summary>
    public Action<string>? After { get; set; }

    /// <summary>Requests that are carried out twice, as by a client that got no answer and asked again; it is told the second answer.</summary>
    public Func<string, bool> Repeats { get; set; } = _ => false;

    /// <summary>What bodies are read through.</summary>
    public Func<Stream, Stream> Body { get; set; } = body => body;

    /// <summary>What the server makes of conditions.</summary>
    public ConditionalWrites Conditions { get; set; } = ConditionalWrites.Kept;

    public bool InOrder { get; init; } = true;

    public int MostPartsAtOnce { get; private set; }

    public override string Name => "the container 'memory'";

    public override ObjectLimits Limits => limits ?? new(1, 16 << 20, 1000);

    public override bool ListsInOrder => InOrder;

    public override Task<bool> PutAsync(ObjectWrite write, Stream content, CancellationToken cancellationToken) => AnswerAsync($"put {write.Key}", async () =>
    {
        if (write.IfAbsent && Conditions == ConditionalWrites.Refused) throw new NotSupportedException("no conditions");
        content.Position = 0;
        return Write(write, await BytesAsync(content, cancellationToken));
    });

    public override Task<ObjectUpload> BeginAsync(ObjectWrite write, CancellationToken cancellationToken) => AnswerAsync<ObjectUpload>($"begin {write.Key}", () =>
    {
        var id = Guid.NewGuid().ToString("N");
        Pending[id] = TimeProvider.System.GetUtcNow();
        return Task.FromResult<ObjectUpload>(new Upload(this, write, id));
    });

    public override Task<ObjectHead?> HeadAsync(string key, CancellationToken cancellationToken) =>
        AnswerAsync($"head {key}", () => Task.FromResult(_objects.TryGetValue(key, out var found) ? new ObjectHead(found.Bytes.Length, found.Writer) : null));

    public override Task<ObjectBody?> OpenAsync(string key, long offset, long last, string? tag, CancellationToken cancellationToken) => AnswerAsync($"open {key} {offset}-{last}", () =>
    {
        if (!_objects.TryGetValue(key, out var found) || (tag is not null && tag != found.Tag)) return Task.FromResult<ObjectBody?>(null);
        if (offset >= found.Bytes.Length) return Task.FromResult<ObjectBody?>(new(Stream.Null, 0, null));
        var end = (int)Math.Min(last, found.Bytes.Length - 1) + 1;
        return Task.FromResult<ObjectBody?>(new(Body(new MemoryStream(found.Bytes, (int)offset, end - (int)offset, writable: false)), found.Bytes.Length, found.Tag));
    });

    public override Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) => AnswerAsync($"delete {key}", () => Task.FromResult(_objects.TryRemove(key, out _)));

    public override async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await AnswerAsync($"list {prefix}", () => Task.FromResult(true));
        var found = _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(o => o.Key, InOrder ? StringComparer.Ordinal : StringComparer.InvariantCultureIgnoreCase);
        foreach (var (key, value) in found) yield return new(key, value.Bytes.Length);
    }

    public override Task SweepAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) => AnswerAsync($"sweep {prefix}", () =>
    {
        foreach (var upload in Pending.Where(p => p.Value < before)) Pending.TryRemove(upload);
        return Task.FromResult(true);
    });

    public override string? Explain(Exception error) => error is TimeZoneNotFoundException ? "the server has no time. Try again later." : null;

    /// <summary>Puts an object there past the store.</summary>
    public void Place(string name, byte[] bytes) => _objects[name] = (bytes, "somebody", Guid.NewGuid().ToString("N"));

    public byte[]? Found(string name) => _objects.TryGetValue(name, out var found) ? found.Bytes : null;

    private bool Write(ObjectWrite write, byte[] bytes)
    {
        var value = (bytes, write.Writer, Guid.NewGuid().ToString("N"));
        if (write.IfAbsent && Conditions == ConditionalWrites.Kept) return _objects.TryAdd(write.Key, value);
        _objects[write.Key] = value;
        return true;
    }

    private async Task<T> AnswerAsync<T>(string request, Func<Task<T>> answer)
    {
        Requests.Enqueue(request);
        Before?.Invoke(request);
        var result = await answer();
        if (Repeats(request)) result = await answer();
        After?.Invoke(request);
        return result;
    }

    private static async Task<byte[]> BytesAsync(Stream content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private sealed class Upload(MemoryContainer container, ObjectWrite write, string id) : ObjectUpload
    {
        private readonly ConcurrentDictionary<int, byte[]> _parts = new();

        public override async Task SendAsync(int number, Stream content, CancellationToken cancellationToken)
        {
            lock (container._objects) container.MostPartsAtOnce = Math.Max(container.MostPartsAtOnce, ++container._sending);
            await Task.Yield();
            await container.AnswerAsync($"send {write.Key} {number}", async () => _parts[number] = await BytesAsync(content, cancellationToken));
            lock (container._objects) container._sending--;
        }

        public override Task<bool> CompleteAsync(CancellationToken cancellationToken) => container.AnswerAsync($"complete {write.Key}", () =>
        {
            container.Pending.TryRemove(id, out _);
            return Task.FromResult(container.Write(write, [.. _parts.OrderBy(p => p.Key).SelectMany(p => p.Value)]));
        });

        public override Task AbortAsync(CancellationToken cancellationToken) => container.AnswerAsync($"abort {write.Key}", () => Task.FromResult(container.Pending.TryRemove(id, out _)));
    }
}
