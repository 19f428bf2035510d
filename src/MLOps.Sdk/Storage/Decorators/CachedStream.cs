using System.Security.Cryptography;

namespace MLOps.Storage.Decorators;

/// <summary>A part of a cached blob. Each piece is verified before it is handed out; a damaged one gives way to the store itself.</summary>
/// <param name="file">The cached file; owned.</param>
/// <param name="hashes">The hashes of its pieces.</param>
/// <param name="range">The part; inside the blob.</param>
/// <param name="damaged">Throws the file away and opens the blob in the store, from an offset on.</param>
internal sealed class CachedStream(FileStream file, byte[] hashes, (long Offset, long Length) range, Func<long, CancellationToken, ValueTask<Stream>> damaged) : ReadStream
{
    private readonly byte[] _piece = new byte[CachedFile.PieceBytes];
    private readonly long _blobLength = file.Length - hashes.Length - CachedFile.FootBytes;
    private Stream? _instead;
    private long _position, _pieceNumber = -1;

    public override bool CanSeek => true;

    public override long Length => range.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value == _position) return;
            _position = value;
            _instead?.Dispose();
            _instead = null;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var left = (int)Math.Clamp(range.Length - _position, 0, buffer.Length);
        if (left == 0) return 0;
        var at = range.Offset + _position;
        var read = 0;
        if (_instead is null)
        {
            if (await LoadAsync(at / CachedFile.PieceBytes, cancellationToken).ConfigureAwait(false))
            {
                var inside = (int)(at % CachedFile.PieceBytes);
                read = (int)Math.Min(left, Math.Min(CachedFile.PieceBytes, _blobLength - (_pieceNumber * CachedFile.PieceBytes)) - inside);
                _piece.AsSpan(inside, read).CopyTo(buffer.Span);
            }
            else _instead = await damaged(at, cancellationToken).ConfigureAwait(false);
        }

        if (_instead is not null) read = await _instead.ReadAsync(buffer[..left], cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    /// <summary>Brings a piece into memory; false when it is damaged.</summary>
    private async ValueTask<bool> LoadAsync(long number, CancellationToken cancellationToken)
    {
        if (_pieceNumber == number) return true;
        _pieceNumber = -1;
        var length = (int)Math.Min(CachedFile.PieceBytes, _blobLength - (number * CachedFile.PieceBytes));
        var read = await CachedFile.FillAsync(file, number * CachedFile.PieceBytes, _piece.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        if (read < length || !SHA256.HashData(_piece.AsSpan(0, length)).AsSpan().SequenceEqual(hashes.AsSpan((int)number * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes))) return false;
        _pieceNumber = number;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            _instead?.Dispose();
        }

        base.Dispose(disposing);
    }
}
