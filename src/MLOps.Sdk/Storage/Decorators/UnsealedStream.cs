using System.Security.Cryptography;

namespace MLOps.Storage.Decorators;

/// <summary>Stored frames on their way out: each is handed out only when it proved to be what was sealed.</summary>
/// <param name="frames">The stored bytes from a frame's beginning on, to one byte at least behind the last one wanted, or to the end.</param>
/// <param name="cipher">The blob's cipher; owned.</param>
/// <param name="first">The number of the first frame.</param>
/// <param name="skip">How many bytes of its content are not wanted.</param>
/// <param name="wanted">How many bytes are wanted after them.</param>
internal sealed class UnsealedStream(Stream frames, FrameCipher cipher, long first, int skip, long wanted) : ReadStream
{
    private readonly byte[] _sealed = new byte[FrameCipher.SealedBytes + 1];
    private readonly byte[] _plain = new byte[FrameCipher.PlainBytes];
    private ReadOnlyMemory<byte> _ready;
    private long _next = first;
    private int _carried, _skip = skip;
    private long _wanted = wanted;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Length == 0) return 0;
        while (_ready.IsEmpty && !_ended && _wanted > 0) await FillAsync(cancellationToken).ConfigureAwait(false);
        var count = (int)Math.Min(_wanted, Math.Min(buffer.Length, _ready.Length));
        _ready.Span[..count].CopyTo(buffer.Span);
        _ready = _ready[count..];
        _wanted -= count;
        return count;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var held = _carried + await frames.ReadAtLeastAsync(_sealed.AsMemory(_carried), _sealed.Length - _carried, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _ended = held < _sealed.Length;
        var length = Math.Min(held, FrameCipher.SealedBytes);
        cipher.Open(_next++, _ended, _sealed.AsSpan(0, length), _plain);
        var plain = _plain.AsMemory(0, length - FrameCipher.TagBytes);
        _ready = plain[Math.Min(_skip, plain.Length)..];
        _skip = 0;
        _carried = held - length;
        if (_carried > 0) _sealed[0] = _sealed[^1];
    }

    public override async ValueTask DisposeAsync()
    {
        await frames.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            frames.Dispose();
            cipher.Dispose();
        }

        CryptographicOperations.ZeroMemory(_plain);
        base.Dispose(disposing);
    }
}
