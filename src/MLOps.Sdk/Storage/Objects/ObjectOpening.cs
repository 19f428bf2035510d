using System.Text;
using Microsoft.Extensions.Logging;

namespace MLOps.Storage.Objects;

/// <summary>
/// Opens the store on its first use: that its container is there and that this version may read it; on the first write, that it may
/// write it and what the server makes of conditional writes, and then throws away uploads that crashed writers left more than a day ago.
/// </summary>
/// <remarks>
/// The store's <see cref="BlobFormat"/> stands in <c>.mlops/format</c> under the prefix, no blob's key. Writing it once more on the
/// condition that it is absent tells what the server does with conditions, and changes nothing.
/// </remarks>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle is never asked for has nothing to dispose.
internal sealed class ObjectOpening(ObjectContainer container, string prefix, ObjectCalls calls, ILogger logger, TimeProvider time)
#pragma warning restore CA1001
{
    private const int LongestFormat = 64 << 10;
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim _one = new(1);
    private readonly string _key = prefix + ".mlops/format";
    private volatile bool _isReadable, _isWritable;
    private byte[]? _format;
    private ConditionalWrites _writes;

    private string Place => $"the object '{_key}' in {container.Name}";

    public async ValueTask ForReadingAsync(CancellationToken cancellationToken)
    {
        if (!_isReadable) await OnceAsync(() => _isReadable, OpenAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>What the server makes of conditional writes.</returns>
    public async ValueTask<ConditionalWrites> ForWritingAsync(CancellationToken cancellationToken)
    {
        if (_isWritable) return _writes;
        await ForReadingAsync(cancellationToken).ConfigureAwait(false);
        await OnceAsync(() => _isWritable, OpenToWriteAsync, cancellationToken).ConfigureAwait(false);
        return _writes;
    }

    private async Task OnceAsync(Func<bool> isDone, Func<CancellationToken, Task> open, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!isDone()) await open(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var what = $"{char.ToUpperInvariant(container.Name[0])}{container.Name[1..]} could not be opened";
        await calls.AskAsync(what, () => container.PrepareAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        _format = await calls.AskAsync(what, () => ReadAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        Require(toWrite: false);
        _isReadable = true;
    }

    private async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await container.OpenAsync(_key, 0, LongestFormat - 1, null, cancellationToken).ConfigureAwait(false) is not { } body) return null;
        await using var content = body.Content.ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await body.Content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private async Task OpenToWriteAsync(CancellationToken cancellationToken)
    {
        Require(toWrite: true);
        _writes = await calls.AskAsync($"{Place} could not be written", () => ProbeAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        if (_writes != ConditionalWrites.Kept) ObjectMessages.NoConditionalWrites(logger, container.Name);
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        _isWritable = true;
    }

    private void Require(bool toWrite)
    {
        if (_format is not null) BlobFormat.Require(Encoding.UTF8.GetString(_format), $"the store in {container.Name}", Place, toWrite);
    }

    private async Task<ConditionalWrites> ProbeAsync(CancellationToken cancellationToken)
    {
        var isNew = _format is null;
        var format = _format ?? BlobFormat.Text.ToArray();
        try
        {
            if (!await PutAsync(format, true, cancellationToken).ConfigureAwait(false)) return ConditionalWrites.Kept;
            return isNew && !await PutAsync(format, true, cancellationToken).ConfigureAwait(false) ? ConditionalWrites.Kept : ConditionalWrites.Ignored;
        }
        catch (NotSupportedException)
        {
            if (isNew) await PutAsync(format, false, cancellationToken).ConfigureAwait(false);
            return ConditionalWrites.Refused;
        }
    }

    private async Task<bool> PutAsync(byte[] format, bool ifAbsent, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(format, writable: false);
        return await container.PutAsync(new(_key, Guid.CreateVersion7().ToString("N")) { IfAbsent = ifAbsent }, content, cancellationToken).ConfigureAwait(false);
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await calls.AskAsync("Looking for them", () => container.SweepAsync(prefix, time.GetUtcNow() - s_abandoned, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException error)
        {
            ObjectMessages.NotSwept(logger, container.Name, error.Message);
        }
    }
}
