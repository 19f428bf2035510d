using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MLOps.Records;

/// <summary>
/// The hash of one entry of the audit chain, signed. Kept where those who can write the store cannot, it confirms every entry up to that one. What is
/// signed is the UTF-8 text <c>mlops audit checkpoint 1</c>, number, hash and time in milliseconds since 1970, each on a line of its own, with ECDSA over SHA-256.
/// </summary>
/// <param name="Sequence">The entry's number, from 1.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="At">When it was signed, to the millisecond.</param>
/// <param name="Signature">The signature, r and s one after the other (IEEE P1363), in Base64.</param>
public sealed record AuditCheckpoint(long Sequence, Digest Hash, DateTimeOffset At, string Signature)
{
    /// <summary>Whether it was signed with the private half of a key.</summary>
    /// <param name="key">The key; its public half is enough.</param>
    public bool IsSignedWith(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var signature = new byte[Signature.Length];
        return Convert.TryFromBase64String(Signature, signature, out var length) && key.VerifyData(Signed(Sequence, Hash, At), signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="MLOpsInvalidException">The text is no checkpoint.</exception>
    public static AuditCheckpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            if (JsonSerializer.Deserialize(text, RecordsJson.Default.AuditCheckpoint) is { Sequence: > 0, Hash.IsEmpty: false } checkpoint) return checkpoint;
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"'{Name.Shown(text)}' is not a checkpoint of the audit chain: {e.Message}", e);
        }

        throw new MLOpsInvalidException($"'{Name.Shown(text)}' is not a checkpoint of the audit chain: its number or hash is missing.");
    }

    /// <summary>The checkpoint as one line of JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, RecordsJson.Default.AuditCheckpoint);

    internal static AuditCheckpoint Sign(long sequence, Digest hash, DateTimeOffset at, ECDsa key) =>
        new(sequence, hash, at, Convert.ToBase64String(key.SignData(Signed(sequence, hash, at), HashAlgorithmName.SHA256)));

    private static byte[] Signed(long sequence, Digest hash, DateTimeOffset at) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"mlops audit checkpoint 1\n{sequence}\n{hash}\n{at.ToUnixTimeMilliseconds()}"));
}
