using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Testing.Tests.Saboteurs;

/// <summary>A sound store; each saboteur spoils one thing of it.</summary>
abstract class BlobDecorator : IBlobStore
{
    protected MemoryBlobStore Inner { get; } = new();

    public virtual ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) => Inner.WriteAsync(key, content, expected, cancellationToken);

    public virtual ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) => Inner.OpenAsync(key, range, cancellationToken);

    public virtual ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => Inner.StatAsync(key, cancellationToken);

    public virtual ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => Inner.DeleteAsync(key, cancellationToken);

    public virtual IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => Inner.ListAsync(prefix, cancellationToken);
}

/// <summary>Shows a blob while it is being written.</summary>
sealed class VisibleBeforeComplete : BlobDecorator
{
    private readonly ConcurrentDictionary<string, long> _begun = new();

    public override async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        if (key is null || content is MemoryStream) return await Inner.WriteAsync(key!, content, expected, cancellationToken);
        _begun[key] = 1;
        var written = await Inner.WriteAsync(key, content, expected, cancellationToken);
        _begun.TryRemove(key, out _);
        return written;
    }

    public override async ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) =>
        await Inner.StatAsync(key, cancellationToken) ?? (_begun.TryGetValue(key, out var length) ? new BlobInfo(key, length) : null);
}

/// <summary>Does not compare the bytes with the hash.</summary>
sealed class HashIgnored : BlobDecorator
{
    public override ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) => Inner.WriteAsync(key, content, null, cancellationToken);
}

/// <summary>The last writer wins.</summary>
sealed class Overwrites : BlobDecorator
{
    public override async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        if (key is { Length: > 0 and < 100 } && key != "../x" && !cancellationToken.IsCancellationRequested && content is MemoryStream) await TryDeleteAsync(key);
        return await Inner.WriteAsync(key!, content, expected, cancellationToken);
    }

    private async Task TryDeleteAsync(string key)
    {
        try
        {
            await Inner.DeleteAsync(key);
        }
        catch (MLOpsInvalidException)
        {
        }
    }
}

/// <summary>Looks whether the key exists and writes later: two writers may both be told that they won.</summary>
sealed class BothWritersWin : BlobDecorator
{
    private readonly Rendezvous _both = new();

    public override async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        var free = await Inner.StatAsync(key, cancellationToken) is null;
        if (free) await _both.MeetAsync();
        return await Inner.WriteAsync(key, content, expected, cancellationToken) | free;
    }
}

/// <summary>Reads a seekable source from its beginning.</summary>
sealed class RewindsTheSource : BlobDecorator
{
    public override ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        if (content.CanSeek) content.Position = 0;
        return Inner.WriteAsync(key, content, expected, cancellationToken);
    }
}

/// <summary>Disposes what it was only lent.</summary>
sealed class DisposesTheSource : BlobDecorator
{
    public override async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        await using (content) return await Inner.WriteAsync(key, content, expected, cancellationToken);
    }
}

/// <summary>Keeps what it has when the source fails or the caller cancels.</summary>
sealed class KeepsHalfABlob : BlobDecorator
{
    public override async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.WriteAsync(key, content, expected, cancellationToken);
        }
        catch (Exception error) when (error is OperationCanceledException or InvalidTimeZoneException)
        {
            await Inner.WriteAsync(key, new MemoryStream([1]), null, CancellationToken.None);
            throw;
        }
    }
}

/// <summary>Lists folder by folder, so that 'a/b' stands before 'a-b'.</summary>
sealed class FolderOrder : BlobDecorator
{
    public override async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var infos = new List<BlobInfo>();
        await foreach (var info in Inner.ListAsync(prefix, cancellationToken)) infos.Add(info);
        foreach (var info in infos.OrderBy(i => i.Key.Replace('/', '\u0001'), StringComparer.Ordinal)) yield return info;
    }
}

/// <summary>Counts a range's end instead of its length.</summary>
sealed class RangeByEnd : BlobDecorator
{
    public override ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) =>
        Inner.OpenAsync(key, range is { Length: { } end, Offset: > 0 } cut && end < 90_000 ? cut with { Length = Math.Max(0, end - cut.Offset) } : range, cancellationToken);
}

/// <summary>Never answers, whatever its token says.</summary>
sealed class HangingBlobs : BlobDecorator
{
    public override async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) => await new TaskCompletionSource<bool>().Task;

    public override async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => await new TaskCompletionSource<bool>().Task;
}
