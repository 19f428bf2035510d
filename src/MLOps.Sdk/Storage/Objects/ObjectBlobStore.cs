using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MLOps.Storage.Objects;

/// <summary>
/// Blobs as objects in a bucket or container of an object store: a key under a prefix is an object's name. Long blobs travel in parts,
/// several at a time, with bounded memory in both directions; an expected hash is checked before anything becomes visible; the server
/// decides who was the first writer of a key.
/// </summary>
/// <remarks>
/// The first call opens the store; the constructor does no I/O. Where the server does not keep conditional writes, which is found out
/// and logged before the first write, two writers of one key at the same moment both succeed, and the later bytes stay. Streams
/// handed out can seek.
/// </remarks>
public sealed class ObjectBlobStore : IBlobStore, IDisposable
{
    private readonly ObjectContainer _container;
    private readonly string _prefix;
    private readonly TransferOptions _transfer;
    private readonly ObjectCalls _calls;
    private readonly ObjectOpening _opening;
    private readonly ObjectWriter _writer;

    /// <summary>Makes a store in a container.</summary>
    /// <param name="container">The bucket or container; it is disposed with the store.</param>
    /// <param name="prefix">What all names begin with, without a slash at its end; empty for none. 1 to 256 letters, digits and <c>. _ - /</c>, in segments that are not empty and do not begin with a dot.</param>
    /// <param name="transfer">How blobs travel; the defaults when null.</param>
    /// <param name="logger">Is told what the store lacks.</param>
    /// <param name="time">The clock that tells abandoned uploads from running ones; the system's when null.</param>
    /// <exception cref="MLOpsInvalidException">The prefix or the options break their rule.</exception>
    public ObjectBlobStore(ObjectContainer container, string prefix = "", TransferOptions? transfer = null, ILogger? logger = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(container);
        _container = container;
        _prefix = RequirePrefix(prefix) is { Length: > 0 } some ? some + "/" : string.Empty;
        _transfer = (transfer ?? new()).Require(container.Limits);
        _calls = new(container);
        _opening = new(container, _prefix, _calls, logger ?? NullLogger.Instance, time ?? TimeProvider.System);
        _writer = new(container, _prefix, _calls, _opening, _transfer, logger ?? NullLogger.Instance, time ?? TimeProvider.System);
    }

    /// <summary>Checks a prefix and returns it.</summary>
    /// <param name="prefix">The prefix; empty for none.</param>
    /// <exception cref="MLOpsInvalidException">The prefix breaks the rule.</exception>
    public static string RequirePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0 || (prefix.Length <= 256 && Ascii.IsValid(prefix) && BlobKey.IsValid(prefix.ToLowerInvariant()))) return prefix;
        throw new MLOpsInvalidException($"'{Name.Shown(prefix)}' is not a valid prefix: 1 to 256 letters, digits, '.', '_', '-' and '/' are allowed, in segments that are not empty and do not begin with a dot.");
    }

    /// <inheritdoc/>
    public async ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        return await _writer.WriteAsync(key, content, expected, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        if (range is { Offset: < 0 } or { Length: < 0 })
            throw new MLOpsInvalidException($"The range {range} of the blob '{key}' is negative: offset and length are at least 0.");
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var (offset, length) = (range?.Offset ?? 0, range?.Length ?? long.MaxValue);
        if (length == 0)
        {
            if (await StatAsync(key, cancellationToken).ConfigureAwait(false) is null) throw Missing(key);
            return Stream.Null;
        }

        var source = new ObjectSource(_container, _calls, _prefix + key, key);
        var part = Math.Min(length, _transfer.PartSize);
        var first = await source.BeginAsync(offset, offset > long.MaxValue - part ? long.MaxValue : offset + part - 1, cancellationToken).ConfigureAwait(false) ?? throw Missing(key);
        var end = Math.Max(offset, Math.Min(first.Length, length > long.MaxValue - offset ? long.MaxValue : offset + length));
        return new ObjectReadStream(source, offset, end, _transfer, first);
    }

    /// <inheritdoc/>
    public async ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var head = await _calls.AskAsync($"The blob '{key}' could not be looked up in {_container.Name}", () => _container.HeadAsync(_prefix + key, cancellationToken), cancellationToken).ConfigureAwait(false);
        return head is null ? null : new BlobInfo(key, head.Length);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        BlobKey.Require(key);
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return await _calls.AskAsync($"The blob '{key}' could not be deleted from {_container.Name}", () => _container.DeleteAsync(_prefix + key, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        // What cannot begin a key is not sent anywhere.
        if (prefix.Length > 0 && !BlobKey.IsValid(prefix.EndsWith('/') ? prefix[..^1] : prefix)) yield break;

        var blobs = ReadListAsync(prefix, cancellationToken);
        if (_container.ListsInOrder)
        {
            await foreach (var blob in blobs.ConfigureAwait(false)) yield return blob;
        }
        else
        {
            foreach (var blob in await blobs.OrderBy(b => b.Key, StringComparer.Ordinal).ToListAsync(cancellationToken).ConfigureAwait(false)) yield return blob;
        }
    }

    private async IAsyncEnumerable<BlobInfo> ReadListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var what = $"The blobs that begin with '{prefix}' could not be listed from {_container.Name}";
        var objects = _container.ListAsync(_prefix + prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = objects.ConfigureAwait(false);
        var last = string.Empty;
        while (await _calls.AskAsync(what, () => objects.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = objects.Current.Key[_prefix.Length..];
            // Objects that somebody else put there under names that are no keys are not blobs.
            if (!BlobKey.IsValid(key)) continue;
            if (_container.ListsInOrder && string.CompareOrdinal(key, last) <= 0)
                throw new MLOpsInvalidException($"{what}: the server lists '{last}' before '{key}', which is not the order of their bytes. Set ListsInOrder to false.");
            last = key;
            yield return new(key, objects.Current.Length);
        }
    }

    /// <summary>Disposes the container.</summary>
    public void Dispose() => _container.Dispose();

    private ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _opening.ForReadingAsync(cancellationToken);
    }

    private MLOpsNotFoundException Missing(string key) => new($"There is no blob '{key}' in {_container.Name}.");
}
