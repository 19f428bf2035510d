using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MLOps.Storage.Objects;

/// <summary>Writes one blob: in one request when it is small, in parts that are read and sent at the same time when it is not.</summary>
internal sealed class ObjectWriter(ObjectContainer container, string prefix, ObjectCalls calls, ObjectOpening opening, TransferOptions transfer, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan s_abortPatience = TimeSpan.FromSeconds(30);

    private readonly PartSizes _sizes = new(transfer.PartSize, container.Limits);

    public async Task<bool> WriteAsync(string key, Stream content, Digest? expected, CancellationToken cancellationToken)
    {
        var writes = await opening.ForWritingAsync(cancellationToken).ConfigureAwait(false);
        using var source = new PartSource(key, content, expected);
        var write = new ObjectWrite(prefix + key, Guid.CreateVersion7().ToString("N")) { IfAbsent = writes != ConditionalWrites.Refused, Digest = expected };
        var first = await source.ReadAsync(_sizes.First, cancellationToken).ConfigureAwait(false);
        var second = first is not null && first.Length == _sizes.First ? await source.ReadAsync(_sizes.First, cancellationToken).ConfigureAwait(false) : null;

        // A server that keeps conditions decides by itself; to ask before is worth it only where it spares a long upload.
        var isThere = (writes != ConditionalWrites.Kept || second is not null) && await HeadAsync(key, cancellationToken).ConfigureAwait(false) is not null;
        if (isThere)
        {
            await foreach (var part in PartsAsync(source, [], cancellationToken).ConfigureAwait(false)) part.Part.Return();
            source.Verify();
            return false;
        }

        var written = second is null
            ? await PutAsync(key, write, source, first, cancellationToken).ConfigureAwait(false)
            : await SendAsync(key, write, source, [first!, second], cancellationToken).ConfigureAwait(false);
        // An attempt whose answer was lost may have been the one that wrote it.
        return written || (await HeadAsync(key, cancellationToken).ConfigureAwait(false))?.Writer == write.Writer;
    }

    private string What(string key) => $"The blob '{key}' could not be written to {container.Name}";

    private Task<ObjectHead?> HeadAsync(string key, CancellationToken cancellationToken) =>
        calls.AskAsync(What(key), () => container.HeadAsync(prefix + key, cancellationToken), cancellationToken);

    private async Task<bool> PutAsync(string key, ObjectWrite write, PartSource source, Part? only, CancellationToken cancellationToken)
    {
        source.Verify();
        cancellationToken.ThrowIfCancellationRequested();
        using var content = only?.Open() ?? new MemoryStream([], writable: false);
        var written = await calls.AskAsync(What(key), () => container.PutAsync(write, content, cancellationToken), cancellationToken).ConfigureAwait(false);
        only?.Return();
        return written;
    }

    private async Task<bool> SendAsync(string key, ObjectWrite write, PartSource source, Part[] begun, CancellationToken cancellationToken)
    {
        var upload = await calls.AskAsync(What(key), () => container.BeginAsync(write, cancellationToken), cancellationToken).ConfigureAwait(false);
        var written = false;
        try
        {
            // A part is read when a sender is free for it, so that no more of them are in memory than are being sent.
            await Parallel.ForEachAsync(
                PartsAsync(source, begun, cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = transfer.Parallelism, CancellationToken = cancellationToken },
                async (part, ct) =>
                {
                    using var content = part.Part.Open();
                    await calls.AskAsync(What(key), () => upload.SendAsync(part.Number, content, ct), ct).ConfigureAwait(false);
                    part.Part.Return();
                }).ConfigureAwait(false);
            source.Verify();
            cancellationToken.ThrowIfCancellationRequested();
            return written = await calls.AskAsync(What(key), () => upload.CompleteAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!written) await AbortAsync(key, upload).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<(int Number, Part Part)> PartsAsync(PartSource source, Part[] begun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        foreach (var part in begun) yield return (++number, part);
        while (await source.ReadAsync(_sizes.Of(++number), cancellationToken).ConfigureAwait(false) is { } part) yield return (number, part);
    }

    /// <summary>The reason why the upload ended is the one to tell; that its parts are still there is said in the log.</summary>
    private async Task AbortAsync(string key, ObjectUpload upload)
    {
        using var patience = new CancellationTokenSource(s_abortPatience, time);
        try
        {
            await calls.AskAsync("They stay", () => upload.AbortAsync(patience.Token), CancellationToken.None).ConfigureAwait(false);
        }
        catch (MLOpsException error)
        {
            ObjectMessages.NotAborted(logger, key, container.Name, error.Message);
        }
    }
}
