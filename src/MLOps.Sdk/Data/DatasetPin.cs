using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>That somebody needs a version's files, so that no collection removes them.</summary>
static class DatasetPin
{
    public static string Key(Digest tree) => $"{Pin.Trees}{tree}";

    /// <summary>The tree that a pin names, or null when it names something else.</summary>
    public static ChunkId? Tree(string key) => key.StartsWith(Pin.Trees, StringComparison.Ordinal) && Digest.TryParse(key[Pin.Trees.Length..], out var tree) ? ChunkId.Of(tree) : null;

    /// <summary>What goes into the owner's commit: the pin, and the check that the version is not collected meanwhile. Nothing for a version of another store: no file of it is here to be kept.</summary>
    /// <exception cref="MLOpsNotFoundException">Its files were collected.</exception>
    public static async ValueTask<IReadOnlyList<RecordOperation>> OfAsync(IRecordStore store, DatasetVersion version, EntityRef owner, CancellationToken cancellationToken)
    {
        var versions = new DatasetRecords(store).Versions;
        var pin = Pin.Of(Key(version.Tree), owner);
        if (await versions.GetAsync(version.Id, cancellationToken).ConfigureAwait(false) is not { } known) return [];
        DatasetFiles.RootOf(known.Value);
        return [pin, new RecordCheck(versions.Key(version.Id), known.Version)];
    }
}
