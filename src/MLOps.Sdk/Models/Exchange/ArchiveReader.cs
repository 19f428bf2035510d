using System.Text.Json;

namespace MLOps.Models;

/// <summary>
/// Reads an archive front to back, in bounded memory. Nothing in it is compressed, so that it cannot become more than it is; no name in it is ever a path; the manifest comes
/// first, bound by its own digest, and says exactly what follows.
/// </summary>
internal sealed class ArchiveReader(Stream source)
{
    public const string DigestName = "manifest.sha256", ManifestName = "manifest.json", BlobPrefix = "blobs/";
    public const int MaxManifest = 64 << 20;

    /// <summary>The manifest and its exact bytes.</summary>
    public async ValueTask<(ArchiveManifest Manifest, byte[] Bytes)> ReadManifestAsync(CancellationToken cancellationToken)
    {
        var digest = System.Text.Encoding.ASCII.GetString(await SmallAsync(DigestName, 64, cancellationToken).ConfigureAwait(false));
        var bytes = await SmallAsync(ManifestName, MaxManifest, cancellationToken).ConfigureAwait(false);
        var actual = Digest.Of(bytes);
        if (actual.Hex != digest) throw new MLOpsIntegrityException($"The archive's manifest has the hash {actual}, but the archive says '{Name.Shown(digest)}': it is damaged. Export it again.", ManifestName, actual: actual.Hex);
        try
        {
            return (JsonSerializer.Deserialize(bytes, ArchiveJson.Default.ArchiveManifest) ?? throw new JsonException("It is null."), bytes);
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"The archive's manifest cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The next blob, which must be the given one. The stream ends where the blob does.</summary>
    public async ValueTask ReadBlobAsync(ArchivedBlob blob, Func<Stream, ValueTask> read, CancellationToken cancellationToken)
    {
        var header = await HeaderAsync(cancellationToken).ConfigureAwait(false);
        if (header != new TarHeader(BlobPrefix + blob.Digest.Hex, blob.Length)) throw Broken($"'{BlobPrefix}{blob.Digest}' of {blob.Length} bytes was to follow, and '{Name.Shown(header.Name)}' of {header.Length} came");
        using var part = new ArchivedStream(source, blob.Length);
        await read(part).ConfigureAwait(false);
        await part.DrainAsync(cancellationToken).ConfigureAwait(false);
        if (part.Hash() is var actual && actual != blob.Digest)
            throw new MLOpsIntegrityException($"The bytes of '{BlobPrefix}{blob.Digest}' in the archive have the hash {actual}: it is damaged. Export it again.", BlobPrefix + blob.Digest.Hex, blob.Digest.Hex, actual.Hex);
        await ZerosAsync(header.Padding, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nothing must follow but the end.</summary>
    public async ValueTask ReadEndAsync(CancellationToken cancellationToken)
    {
        await ZerosAsync(2 * TarHeader.Block, cancellationToken).ConfigureAwait(false);
        if (await source.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0) throw Broken("something follows its end");
    }

    private async ValueTask<byte[]> SmallAsync(string name, int most, CancellationToken cancellationToken)
    {
        var header = await HeaderAsync(cancellationToken).ConfigureAwait(false);
        if (header.Name != name) throw Broken($"'{name}' was to follow, and '{Name.Shown(header.Name)}' came");
        if (header.Length > most) throw Broken($"'{name}' has {header.Length} bytes, and at most {most} are allowed");
        // Read piece by piece: what is allocated has come, whatever the header claims.
        using var bytes = new MemoryStream();
        using var part = new ArchivedStream(source, header.Length);
        await part.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        await ZerosAsync(header.Padding, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private async ValueTask<TarHeader> HeaderAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[TarHeader.Block];
        if (await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < bytes.Length) throw ArchivedStream.Truncated();
        return TarHeader.Read(bytes) ?? throw Broken("it holds an entry that no export writes");
    }

    private async ValueTask ZerosAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        if (await source.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < count) throw ArchivedStream.Truncated();
        if (bytes.AsSpan().ContainsAnyExcept((byte)0)) throw Broken("there are bytes where none belong");
    }

    private static MLOpsInvalidException Broken(string problem) => new($"This is not a model archive of MLOps.Sdk, or it was changed: {problem}. Nothing was imported.");
}
