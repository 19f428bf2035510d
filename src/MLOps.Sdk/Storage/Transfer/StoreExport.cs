using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLOps.Storage;

/// <summary>
/// Lists all that a store holds, in one form for all backends: stores with equal contents have exports with equal bytes. One JSON object a line:
/// blobs by key with length and SHA-256, streams by name with each block, records by position with id, version, exact document and fields.
/// </summary>
/// <remarks>Deleted records are listed too, as what is left of them: their version and position.</remarks>
public static class StoreExport
{
    // Only the export reads it: what stands in a document need not be escaped for a page.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes the export of a store.</summary>
    /// <param name="store">The store; to be the same twice it must be at rest.</param>
    /// <param name="output">Where to; left open.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsInvalidException">The record store cannot tell all that it holds.</exception>
    public static async ValueTask WriteAsync(StoreParts store, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(output);
        var lines = new Utf8JsonWriter(output, s_json);
        await using var end = lines.ConfigureAwait(false);
        await BlobsAsync(store.Blobs, lines, output, cancellationToken).ConfigureAwait(false);
        await foreach (var stream in store.Streams.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            await LineAsync(lines, output, () =>
            {
                lines.WriteString("stream", stream.Name);
                lines.WriteNumber("first", stream.First);
                lines.WriteNumber("next", stream.Next);
            }, cancellationToken).ConfigureAwait(false);
            await foreach (var block in store.Streams.ReadAsync(stream.Name, 0, cancellationToken).ConfigureAwait(false))
            {
                await LineAsync(lines, output, () =>
                {
                    lines.WriteNumber("block", block.Position);
                    lines.WriteBase64String("bytes", block.Bytes.Span);
                }, cancellationToken).ConfigureAwait(false);
            }
        }

        await foreach (var page in store.ScanAsync(0, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in page.Changes) await LineAsync(lines, output, () => Write(lines, change), cancellationToken).ConfigureAwait(false);
            if (!page.More) await LineAsync(lines, output, () => lines.WriteNumber("position", page.Position), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The SHA-256 of a store's export.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async ValueTask<Digest> DigestAsync(StoreParts store, CancellationToken cancellationToken = default)
    {
        using var hash = SHA256.Create();
        var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write);
        await using (stream.ConfigureAwait(false)) await WriteAsync(store, stream, cancellationToken).ConfigureAwait(false);
        return Digest.FromHash(hash.Hash);
    }

    private static async ValueTask BlobsAsync(IBlobStore blobs, Utf8JsonWriter lines, Stream output, CancellationToken cancellationToken)
    {
        await foreach (var blob in blobs.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            var content = await blobs.OpenAsync(blob.Key, null, cancellationToken).ConfigureAwait(false);
            Digest digest;
            await using (content.ConfigureAwait(false)) digest = await Digest.OfAsync(content, cancellationToken).ConfigureAwait(false);
            await LineAsync(lines, output, () =>
            {
                lines.WriteString("blob", blob.Key);
                lines.WriteNumber("length", blob.Length);
                lines.WriteString("sha256", digest.Hex);
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Write(Utf8JsonWriter lines, RecordChange change)
    {
        lines.WriteString("record", change.Key.Id);
        lines.WriteString("collection", change.Key.Collection);
        lines.WriteNumber("position", change.Position);
        lines.WriteNumber("version", change.Version);
        if (change.Record is not { } record)
        {
            lines.WriteBoolean("deleted", true);
            return;
        }

        lines.WriteString("document", record.Json.Span);
        lines.WriteStartObject("fields");
        foreach (var (name, value) in record.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (value.Text is { } text) lines.WriteString(name, text);
            else if (double.IsFinite(value.Number)) lines.WriteNumber(name, value.Number);
            else
            {
                // JSON has no infinity; every reader makes one of a number beyond all.
                lines.WritePropertyName(name);
                lines.WriteRawValue(double.IsPositive(value.Number) ? "1e999" : "-1e999", skipInputValidation: true);
            }
        }

        lines.WriteEndObject();
    }

    private static async ValueTask LineAsync(Utf8JsonWriter lines, Stream output, Action members, CancellationToken cancellationToken)
    {
        lines.WriteStartObject();
        members();
        lines.WriteEndObject();
        await lines.FlushAsync(cancellationToken).ConfigureAwait(false);
        lines.Reset();
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }
}
