namespace MLOps.Storage;

/// <summary>What every record store checks of a watch before any I/O.</summary>
static class WatchRules
{
    internal static void Require(long after, IReadOnlyCollection<string> collections)
    {
        ArgumentNullException.ThrowIfNull(collections);
        if (after < 0) throw new MLOpsInvalidException($"A position is at least 0, this one is {after}.");
        foreach (var collection in collections) RecordKey.RequireCollection(collection);
    }
}
