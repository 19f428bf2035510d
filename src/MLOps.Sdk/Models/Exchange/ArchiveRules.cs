namespace MLOps.Models;

/// <summary>What a manifest must keep before a byte or a record of it is stored: it was written by somebody else.</summary>
internal static class ArchiveRules
{
    private const int MaxVersions = 10_000, MaxEdges = 100_000, MaxText = 4000, MaxEntity = 1000;

    public static ArchiveManifest Require(ArchiveManifest manifest, long maxBytes)
    {
        if (manifest.Format != 1) throw new MLOpsInvalidException($"The archive has format {manifest.Format}; this library reads format 1. Update the library.");
        Name.Require(manifest.Model, "model name");
        manifest = Whole(manifest);
        if (manifest.Versions.Count is 0 or > MaxVersions) throw Broken($"it holds {manifest.Versions.Count} versions, and 1 to {MaxVersions} are allowed");
        if (manifest.Edges.Count > MaxEdges) throw Broken($"it holds {manifest.Edges.Count} lineage edges, and at most {MaxEdges} are allowed");

        var blobs = new Dictionary<Digest, long>();
        Digest? before = null;
        var total = 0L;
        foreach (var blob in manifest.Blobs)
        {
            if (blob.Length < 0 || before >= blob.Digest) throw Broken("its blobs are not in order, or one has no length");
            if (maxBytes - blob.Length < total) throw new MLOpsRejectedException($"The archive says that it holds more than {maxBytes} bytes. Give a larger {nameof(ModelImportOptions)}.{nameof(ModelImportOptions.MaxBytes)} if that is meant.");
            total += blob.Length;
            before = blob.Digest;
            blobs.Add(blob.Digest, blob.Length);
        }

        var needed = new HashSet<Digest>();
        var number = 0;
        foreach (var (version, originModel, originNumber, originCreatedBy, _) in manifest.Versions)
        {
            if (version.Number <= number || version.Model != manifest.Model) throw Broken("its versions are not in order, or not of one model");
            number = version.Number;
            Name.Require(originModel, "model name");
            if (originNumber < 1 || originCreatedBy is not { Length: > 0 and <= 250 }) throw Broken($"the origin of version {number} is not told");
            Require(version);
            foreach (var file in version.Files.Concat(version.Attachments))
            {
                if (!blobs.TryGetValue(file.Digest, out var length) || length != file.Length) throw Broken($"the file '{Name.Shown(file.Path)}' of version {number} is not among its blobs");
                needed.Add(file.Digest);
            }
        }

        if (needed.Count != blobs.Count) throw Broken("it holds blobs that no version names");
        foreach (var edge in manifest.Edges)
            foreach (var end in new[] { edge.Source, edge.Target })
                if ($"{end}".Length > MaxEntity) throw Broken("a lineage edge names something too long");
        return manifest;
    }

    private static void Require(ModelVersion version)
    {
        Name.Require(version.Format, "model format key");
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in version.Files.Concat(version.Attachments))
            if (!paths.Add(Name.RequirePath(file.Path, "file path"))) throw Broken($"version {version.Number} has two files with the path '{file.Path}'");
        foreach (var name in version.Tags.Keys.Concat(version.Metrics.Keys)) Name.RequirePath(name, "tag or metric name");
        if (version.Description is { Length: > MaxText } || version.DatasetVersions.Any(d => d is not { Length: > 0 and <= 64 }) || version.RunId is { Length: 0 or > 64 }) throw Broken($"a text of version {version.Number} is too long");
        if (ModelDigest.Of(version.Format, version.Facts, version.Files) is var actual && actual != version.Digest)
            throw new MLOpsIntegrityException($"The content of version {version.Number} in the archive has the digest {actual}, and {version.Digest} is told: the archive was changed. Nothing was imported.", $"version {version.Number}", version.Digest.Hex, actual.Hex);
    }

    // A generated reader leaves a member that is missing null, whatever its initialiser says.
    private static ArchiveManifest Whole(ArchiveManifest manifest) => manifest with
    {
        Versions = [.. (manifest.Versions ?? []).Select(v => v.Version is null ? throw Broken("a version is missing") : v with { Version = ModelRecords.Complete(v.Version) })],
        Moves = manifest.Moves ?? [],
        Verdicts = manifest.Verdicts ?? [],
        Edges = manifest.Edges ?? [],
        Runs = manifest.Runs ?? [],
        Datasets = manifest.Datasets ?? [],
        Blobs = manifest.Blobs ?? [],
    };

    private static MLOpsInvalidException Broken(string problem) => new($"The archive cannot be imported: {problem}. Nothing was imported.");
}
