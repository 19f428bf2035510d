using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Writes an archive: its manifest, then every blob once, read and verified as it is written.</summary>
internal sealed class ModelExport(IModelRegistry registry, Lineage lineage, IExperimentTracker experiments, IDatasetStore datasets, ContentStore content, ModelImports imports)
{
    private const int Depth = 8;

    public async ValueTask<Digest> WriteAsync(string model, IReadOnlyCollection<int>? numbers, Stream target, CancellationToken cancellationToken)
    {
        var manifest = await CollectAsync(model, numbers, cancellationToken).ConfigureAwait(false);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(manifest, ArchiveJson.Default.ArchiveManifest);
        if (bytes.Length > ArchiveReader.MaxManifest) throw new MLOpsInvalidException($"The facts of '{model}' take {bytes.Length} bytes, and an archive holds at most {ArchiveReader.MaxManifest}. Export fewer versions at a time.");
        var digest = Digest.Of(bytes);
        await EntryAsync(target, ArchiveReader.DigestName, new MemoryStream(Encoding.ASCII.GetBytes(digest.Hex)), 64, cancellationToken).ConfigureAwait(false);
        await EntryAsync(target, ArchiveReader.ManifestName, new MemoryStream(bytes), bytes.Length, cancellationToken).ConfigureAwait(false);
        foreach (var blob in manifest.Blobs)
        {
            var stream = await content.OpenNamedAsync(blob.Digest, $"a file of '{model}'", cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                await EntryAsync(target, ArchiveReader.BlobPrefix + blob.Digest.Hex, stream, blob.Length, cancellationToken).ConfigureAwait(false);
        }

        await target.WriteAsync(new byte[2 * TarHeader.Block], cancellationToken).ConfigureAwait(false);
        await target.FlushAsync(cancellationToken).ConfigureAwait(false);
        return digest;
    }

    private async ValueTask<ArchiveManifest> CollectAsync(string model, IReadOnlyCollection<int>? numbers, CancellationToken cancellationToken)
    {
        var versions = new List<ArchivedVersion>();
        await foreach (var version in registry.VersionsAsync(model, cancellationToken).ConfigureAwait(false))
            if (numbers is null || numbers.Contains(version.Number))
                versions.Add(ArchivedVersion.Of(version, await imports.FindAsync(version, cancellationToken).ConfigureAwait(false)));
        versions.Reverse();
        // Says what exists when the model does not.
        if (versions.Count == 0) await registry.ResolveAsync(model, cancellationToken).ConfigureAwait(false);
        if (numbers?.Except(versions.Select(v => v.Version.Number)).ToList() is { Count: > 0 } missing) throw new MLOpsNotFoundException(string.Create(CultureInfo.InvariantCulture, $"The model '{model}' has no version {missing[0]}."));

        var moves = new List<ModelAlias>();
        await foreach (var alias in registry.AliasesAsync(model, cancellationToken).ConfigureAwait(false))
            await foreach (var move in registry.AliasHistoryAsync(model, alias.Alias, cancellationToken).ConfigureAwait(false)) moves.Add(move);
        var (verdicts, edges) = (new List<GateVerdict>(), new Dictionary<(EntityRef, EntityRef, string), LineageEdge>());
        foreach (var (version, _, _, _, _) in versions)
        {
            await foreach (var verdict in registry.VerdictsAsync(model, version.Number, cancellationToken).ConfigureAwait(false)) verdicts.Add(verdict);
            foreach (var edge in (await lineage.GraphAsync(version.ToRef(), LineageDirection.Upstream, Depth, cancellationToken).ConfigureAwait(false)).Edges)
                edges[(edge.Source, edge.Target, edge.Relation)] = edge;
        }

        var runs = await FindAsync(versions.Select(v => v.Version.RunId).OfType<string>(), id => experiments.GetRunAsync(id, cancellationToken)).ConfigureAwait(false);
        var data = await FindAsync(versions.SelectMany(v => v.Version.DatasetVersions).Concat(runs.SelectMany(r => r.Inputs.Select(i => i.VersionId))), id => datasets.ResolveAsync(id, cancellationToken)).ConfigureAwait(false);
        return new ArchiveManifest
        {
            Format = 1,
            Model = model,
            Versions = versions,
            Moves = [.. moves.OrderBy(m => m.Alias, StringComparer.Ordinal).ThenBy(m => m.Revision)],
            Verdicts = [.. verdicts.OrderBy(v => v.Number).ThenBy(v => v.At).ThenBy(v => v.Id, StringComparer.Ordinal)],
            Edges = [.. edges.Values.Order(LineageEdge.ByTime)],
            Runs = runs,
            Datasets = data,
            Blobs = [.. versions.SelectMany(v => v.Version.Files.Concat(v.Version.Attachments)).Select(f => new ArchivedBlob(f.Digest, f.Length)).Distinct().OrderBy(b => b.Digest)],
        };
    }

    // One that came by an import itself is not in this store.
    private static async ValueTask<List<T>> FindAsync<T>(IEnumerable<string> ids, Func<string, ValueTask<T>> find)
    {
        var found = new List<T>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            try
            {
                found.Add(await find(id).ConfigureAwait(false));
            }
            catch (MLOpsNotFoundException)
            {
            }
        }

        return found;
    }

    private static async ValueTask EntryAsync(Stream target, string name, Stream bytes, long length, CancellationToken cancellationToken)
    {
        var header = new TarHeader(name, length);
        await target.WriteAsync(header.Write(), cancellationToken).ConfigureAwait(false);
        await bytes.CopyToAsync(target, 1 << 16, cancellationToken).ConfigureAwait(false);
        await target.WriteAsync(new byte[header.Padding], cancellationToken).ConfigureAwait(false);
    }
}
