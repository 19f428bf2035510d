using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Storage.Decorators;

/// <summary>
/// One blob's cipher: AES-256-GCM over frames of 64 KiB, each sealed with a tag of 16 bytes. The stored blob is a head of 128
/// bytes and the frames; the last one, empty in an empty blob, is the only one that may be short.
/// </summary>
/// <remarks>
/// <para>Head: <c>MLE1</c> | length of the key's id (1 byte) | the id (64 bytes, padded) | salt (32 random bytes) | zeros. The frames' key is
/// HKDF-SHA-256 (RFC 5869) of the id's key with the salt and, as info, the head and the blob's key, so that no two blobs share a
/// key, and neither a head nor a whole blob can be put in another's place.</para>
/// <para>The nonce is the frame's number and whether it is the last: frames cannot change places, and a blob cut at a frame's end does
/// not open, for its new last frame was not sealed as one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).</para>
/// </remarks>
internal sealed class FrameCipher : IDisposable
{
    public const int HeadBytes = 128, PlainBytes = 64 * 1024, TagBytes = 16, SealedBytes = PlainBytes + TagBytes;

    private const int KeyBytes = 32, IdBytes = 64, IdOffset = 5, SaltOffset = IdOffset + IdBytes;

    private readonly AesGcm _aes;
    private readonly string _key;

    private FrameCipher(byte[] key, byte[] head, string blob)
    {
        Span<byte> own = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, own, head.AsSpan(SaltOffset, 32), [.. head, .. Encoding.ASCII.GetBytes(blob)]);
        _aes = new AesGcm(own, TagBytes);
        CryptographicOperations.ZeroMemory(own);
        (Head, _key) = (head, blob);
    }

    public byte[] Head { get; }

    /// <summary>A cipher for a new blob, with a salt of its own.</summary>
    /// <exception cref="MLOpsInvalidException">There is no key of the id, or it is not 32 bytes long.</exception>
    public static FrameCipher ForNew(string blob, string keyId, byte[]? key)
    {
        if (key is null) throw new MLOpsInvalidException($"The blob '{blob}' cannot be encrypted: there is no key of the id '{Name.Shown(keyId)}'. Give it through {nameof(BlobEncryptionOptions)}.{nameof(BlobEncryptionOptions.Key)}.");
        var head = new byte[HeadBytes];
        "MLE1"u8.CopyTo(head);
        head[IdOffset - 1] = (byte)Encoding.UTF8.GetBytes(keyId, head.AsSpan(IdOffset, IdBytes));
        RandomNumberGenerator.Fill(head.AsSpan(SaltOffset, 32));
        return new(Sound(key, keyId), head, blob);
    }

    /// <summary>A cipher for a stored blob.</summary>
    /// <exception cref="MLOpsIntegrityException">The head is damaged, or names a key that nobody has.</exception>
    public static async ValueTask<FrameCipher> ForStoredAsync(string blob, byte[] head, Func<string, ValueTask<byte[]?>> keys)
    {
        var length = head[IdOffset - 1];
        if (!head.AsSpan(0, 4).SequenceEqual("MLE1"u8) || length is 0 or > IdBytes) throw Damaged(blob, "it does not begin as an encrypted blob does; it may have been written without encryption");
        var id = Encoding.UTF8.GetString(head, IdOffset, length);
        return await keys(id).ConfigureAwait(false) is { } key ? new(Sound(key, id), head, blob) : throw Damaged(blob, $"there is no key of the id '{Name.Shown(id)}' that it names");
    }

    /// <summary>The length of the content of a stored blob; that of a damaged one is what its bytes allow.</summary>
    public static long PlainLength(long stored)
    {
        var frames = Math.Max(0, stored - HeadBytes);
        return Math.Max(0, frames - ((frames + SealedBytes - 1) / SealedBytes * TagBytes));
    }

    /// <summary>Seals a frame; <paramref name="to"/> is longer by the tag.</summary>
    public void Seal(long number, bool last, ReadOnlySpan<byte> plain, Span<byte> to)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(number, last, nonce);
        _aes.Encrypt(nonce, plain, to[..plain.Length], to.Slice(plain.Length, TagBytes));
    }

    /// <summary>Opens a frame; <paramref name="to"/> is shorter by the tag.</summary>
    /// <exception cref="MLOpsIntegrityException">It is not the frame that was sealed so.</exception>
    public void Open(long number, bool last, ReadOnlySpan<byte> sealedFrame, Span<byte> to)
    {
        if (sealedFrame.Length < TagBytes) throw Damaged(_key, "it was cut");
        Span<byte> nonce = stackalloc byte[12];
        Nonce(number, last, nonce);
        var length = sealedFrame.Length - TagBytes;
        try
        {
            _aes.Decrypt(nonce, sealedFrame[..length], sealedFrame[length..], to[..length]);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw Damaged(_key, "its bytes are not those that were encrypted: they were changed, cut or reordered, or the key is another one", error);
        }
    }

    public static MLOpsIntegrityException Damaged(string blob, string problem, Exception? cause = null) =>
        new($"The encrypted blob '{blob}' cannot be read: {problem}. Restore it from a backup, or give the key it was written with.", blob, innerException: cause);

    public void Dispose() => _aes.Dispose();

    private static void Nonce(long number, bool last, Span<byte> nonce)
    {
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[8..].Clear();
        nonce[11] = last ? (byte)1 : (byte)0;
    }

    private static byte[] Sound(byte[] key, string id) => key.Length == KeyBytes
        ? key
        : throw new MLOpsInvalidException($"The key of the id '{Name.Shown(id)}' has {key.Length} bytes: {KeyBytes} are needed.");
}
