using System.Security.Cryptography;

namespace MLOps.Storage.Decorators;

/// <summary>Content on its way into the store: the head, then frame after frame, sealed as they are read.</summary>
/// <param name="content">The caller's stream.</param>
/// <param name="cipher">Its cipher.</param>
/// <param name="check">Called with the content's hash when all of it was read, before its last frame goes out; may throw. Null when nothing is expected.</param>
internal sealed class SealedStream(Stream content, FrameCipher cipher, Action<Digest>? check) : ReadStream
{
    private readonly IncrementalHash? _hash = check is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // One byte more than a frame: whether a frame is the last one shows only in what comes behind it.
    private readonly byte[] _plain = new byte[FrameCipher.PlainBytes + 1];
    private readonly byte[] _sealed = new byte[FrameCipher.SealedBytes];
    private ReadOnlyMemory<byte> _ready = cipher.Head;
    private long _next;
    private int _carried;
    private bool _ended;

    /// <summary>What the source, or the check of it, threw: the caller's failure, not the store's.</summary>
    public Exception? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ready.IsEmpty && !_ended && buffer.Length > 0) await FillAsync(cancellationToken).ConfigureAwait(false);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready.Span[..count].CopyTo(buffer.Span);
        _ready = _ready[count..];
        return count;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            var read = await content.ReadAtLeastAsync(_plain.AsMemory(_carried), _plain.Length - _carried, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _hash?.AppendData(_plain, _carried, read);
            var held = _carried + read;
            _ended = held < _plain.Length;
            var length = Math.Min(held, FrameCipher.PlainBytes);
            if (_ended && check is not null) check(Digest.FromHash(_hash!.GetHashAndReset()));
            cipher.Seal(_next++, _ended, _plain.AsSpan(0, length), _sealed);
            _ready = _sealed.AsMemory(0, length + FrameCipher.TagBytes);
            _carried = held - length;
            if (_carried > 0) _plain[0] = _plain[^1];
        }
        catch (Exception error)
        {
            Failure = error;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash?.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        base.Dispose(disposing);
    }
}
