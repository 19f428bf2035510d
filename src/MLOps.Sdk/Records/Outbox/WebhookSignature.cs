using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Records;

/// <summary>
/// Signs what a webhook sends, and checks it at a receiver: HMAC-SHA256 over <c>id.timestamp.body</c>, as the public
/// specification Standard Webhooks 1.0 has it, in the headers <c>webhook-id</c>, <c>webhook-timestamp</c> (seconds since 1970) and <c>webhook-signature</c>.
/// </summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_", Version = "v1,";

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="secret">At least 16 characters; base64 after <c>whsec_</c>.</param>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>.</param>
    /// <param name="body">The body's exact bytes.</param>
    /// <exception cref="MLOpsInvalidException">The secret is too short, or not base64 after its prefix.</exception>
    public static string Of(string secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hash.AppendData(body);
        return Version + Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>Whether a request was signed with the secret, not too long ago. Takes as long for a wrong signature as for a right one.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="signature">The value of <c>webhook-signature</c>: one or more signatures, separated by spaces.</param>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">The value of <c>webhook-timestamp</c>.</param>
    /// <param name="body">The body's exact bytes.</param>
    /// <param name="now">The receiver's clock.</param>
    /// <param name="tolerance">How far the two clocks may be apart; five minutes when null.</param>
    public static bool IsValid(string secret, string? signature, string? id, string? timestamp, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        if (signature is null || id is null || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (Math.Abs((double)now.ToUnixTimeSeconds() - seconds) > (tolerance ?? TimeSpan.FromMinutes(5)).TotalSeconds) return false;
        var right = Encoding.ASCII.GetBytes(Of(secret, id, seconds, body));
        var valid = false;
        foreach (var given in signature.Split(' ')) valid |= CryptographicOperations.FixedTimeEquals(right, Encoding.UTF8.GetBytes(given));
        return valid;
    }

    private static byte[] Key(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length < 16) throw new MLOpsInvalidException("The webhook's secret is shorter than 16 characters. Draw one of at least 24 random bytes.");
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(secret);
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length > 0
            ? key[..length]
            : throw new MLOpsInvalidException("The webhook's secret begins with whsec_ but is not base64 after it.");
    }
}
