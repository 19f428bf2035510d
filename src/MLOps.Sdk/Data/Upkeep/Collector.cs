using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

/// <summary>
/// Deletes what nothing needs, beside writers that go on. The packs to go are first condemned in the one record that every commit of a
/// version checks: whoever began before fails that check and begins anew, whoever begins afterwards stores again what lies in
/// them. Then all is marked once more, so that what was committed before the condemnation is seen, and only then deleted. No clock and no lease
/// is relied upon; <c>CollectionModelTests</c> goes through every interleaving.
/// </summary>
sealed class Collector(DatasetRecords records, RecordWriter writer, DatasetFiles files, CollectionOptions options)
{
    private ChunkStore Chunks => files.Chunks;

    public async ValueTask<CollectionPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var (_, live, census) = await LookAsync(cancellationToken).ConfigureAwait(false);
        return new CollectionPlan
        {
            Packs = census.Packs.Count,
            Bytes = census.Packs.Sum(p => p.Length),
            UnneededPacks = census.Unneeded.Count,
            SparsePacks = census.Sparse.Count,
            UnneededBytes = census.Unneeded.Concat(census.Sparse).Sum(p => p.Length - census.Needed(p)),
            UnneededVersions = [.. (await UnreachedAsync(live, cancellationToken).ConfigureAwait(false)).Select(v => v.Value.Id)],
        };
    }

    public async ValueTask<CollectionReport> RunAsync(CancellationToken cancellationToken)
    {
        var (epoch, _, census) = await LookAsync(cancellationToken).ConfigureAwait(false);
        var (ripe, waiting) = await RipeAsync(census, epoch, cancellationToken).ConfigureAwait(false);
        if (ripe.Count == 0) return new CollectionReport { WaitingPacks = waiting };
        var rewritten = await RewriteAsync(census.Sparse.Where(p => ripe.Contains(p.Name)), cancellationToken).ConfigureAwait(false);

        var condemned = await CondemnAsync(epoch.Version, ripe, "condemn packs", cancellationToken).ConfigureAwait(false);
        await Chunks.RefreshAsync(condemned, ripe, cancellationToken).ConfigureAwait(false);
        var collected = await MarkCollectedAsync(condemned, cancellationToken).ConfigureAwait(false);
        // Whatever was committed or named before its door was shut is visible by now. A version that lost its last name since then has an
        // open door and keeps what it needs until the next collection.
        var live = await LiveChunks.MarkAsync(records, writer, Chunks, andOpen: true, cancellationToken).ConfigureAwait(false);
        var spared = Spared(live);
        collected = await UnmarkAsync(collected, live, condemned, cancellationToken).ConfigureAwait(false);

        var (deleted, freed) = (0, -rewritten);
        foreach (var pack in Chunks.Index.Packs().Where(p => ripe.Contains(p.Name) && !spared.Contains(p.Name)))
        {
            if (!await Chunks.Blobs.DeleteAsync(pack.Key, cancellationToken).ConfigureAwait(false)) continue;
            deleted++;
            freed += pack.Length;
        }

        var none = new HashSet<ChunkId>();
        var ended = await CondemnAsync(condemned, none, "collection ends", cancellationToken).ConfigureAwait(false);
        await Chunks.RefreshAsync(ended, none, cancellationToken).ConfigureAwait(false);
        return new CollectionReport { DeletedPacks = deleted, FreedBytes = freed, WaitingPacks = waiting, SparedPacks = spared.Count, CollectedVersions = collected };
    }

    private async ValueTask<(CollectionEpoch Epoch, LiveChunks Live, PackCensus Census)> LookAsync(CancellationToken cancellationToken)
    {
        var epoch = await CollectionEpoch.ReadAsync(records, cancellationToken).ConfigureAwait(false);
        await Chunks.RefreshAsync(epoch.Version, epoch.Condemned, cancellationToken).ConfigureAwait(false);
        var live = await LiveChunks.MarkAsync(records, writer, Chunks, andOpen: false, cancellationToken).ConfigureAwait(false);
        return (epoch, live, new PackCensus(Chunks.Index, live, options.RewriteBelow));
    }

    /// <summary>The packs whose grace has passed, and those that a collection condemned which did not come to its end.</summary>
    private async ValueTask<(HashSet<ChunkId> Ripe, int Waiting)> RipeAsync(PackCensus census, CollectionEpoch epoch, CancellationToken cancellationToken)
    {
        var now = writer.Now;
        var stored = await records.Suspects.GetAsync(SuspectsDocument.Id, cancellationToken).ConfigureAwait(false);
        var before = stored?.Value.Packs ?? new Dictionary<string, DateTimeOffset>();
        var suspects = census.Unneeded.Concat(census.Sparse).ToDictionary(p => p.Name.ToString(), p => before.GetValueOrDefault(p.Name.ToString(), now));
        var ripe = suspects.Where(s => now - s.Value >= options.Grace).Select(s => ChunkId.Of(Digest.Parse(s.Key))).Union(epoch.Condemned).ToHashSet();
        if (!before.Keys.ToHashSet().SetEquals(suspects.Keys))
            await writer.CommitAsync([records.Suspects.Put(new SuspectsDocument { Packs = suspects }, stored?.Version ?? RecordOperation.Absent)], "packs that may be unneeded", cancellationToken).ConfigureAwait(false);
        return (ripe, suspects.Count - suspects.Keys.Count(s => ripe.Contains(ChunkId.Of(Digest.Parse(s)))));
    }

    /// <summary>Copies what is needed of packs that are to go; gives how many bytes that took.</summary>
    private async ValueTask<long> RewriteAsync(IEnumerable<KnownPack> packs, CancellationToken cancellationToken)
    {
        var live = await LiveChunks.MarkAsync(records, writer, Chunks, andOpen: false, cancellationToken).ConfigureAwait(false);
        var (copy, reader) = (new ChunkWriter(Chunks, files.Options.Compression), new ChunkReader(Chunks));
        await using (copy.ConfigureAwait(false))
        await using (reader.ConfigureAwait(false))
        {
            foreach (var pack in packs)
                foreach (var entry in pack.Entries)
                {
                    if (!entry.IsChunk || !live.Chunks.Contains(entry.Id) || !Chunks.Index.TryFind(entry.Id, out var place) || Chunks.Index.Pack(place.Pack) != pack) continue;
                    var (at, stored) = await reader.ReadStoredAsync(entry.Id, cancellationToken).ConfigureAwait(false);
                    await copy.PutStoredAsync(entry.Id, at, stored, cancellationToken, again: true).ConfigureAwait(false);
                }

            await copy.FlushAsync(cancellationToken).ConfigureAwait(false);
            return copy.StoredBytes;
        }
    }

    private async ValueTask<long> CondemnAsync(long expected, IReadOnlySet<ChunkId> packs, string reason, CancellationToken cancellationToken)
    {
        var document = new CollectionDocument { Condemned = [.. packs.Select(p => p.ToString()).Order(StringComparer.Ordinal)], At = writer.Now };
        try
        {
            return (await writer.CommitAsync([records.Epochs.Put(document, expected)], reason, cancellationToken).ConfigureAwait(false)).Versions[0];
        }
        catch (MLOpsConflictException error)
        {
            throw Overtaken(error);
        }
    }

    /// <summary>Shuts the door on versions that nothing leads to: from here on nobody can give one a name or a pin, which checks its record.</summary>
    private async ValueTask<List<string>> MarkCollectedAsync(long epoch, CancellationToken cancellationToken)
    {
        var marked = new List<string>();
        var live = new LiveChunks();
        await live.MarkNamesAsync(records, writer, cancellationToken).ConfigureAwait(false);
        foreach (var version in await UnreachedAsync(live, cancellationToken).ConfigureAwait(false))
            if (await SetCollectedAsync(version, true, epoch, cancellationToken).ConfigureAwait(false)) marked.Add(version.Value.Id);
        return marked;
    }

    private async ValueTask<List<Stored<DatasetVersion>>> UnreachedAsync(LiveChunks live, CancellationToken cancellationToken)
    {
        var found = new List<Stored<DatasetVersion>>();
        await foreach (var version in records.Versions.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            if (!version.Value.IsCollected && !live.Versions.Contains(version.Value.Id) && !live.Trees.Contains(ChunkId.Of(version.Value.Tree))) found.Add(version);
        return found;
    }

    /// <summary>Every pack that holds a needed chunk which lies in none that stays: not one of them, for another collection may be deleting that one.</summary>
    private HashSet<ChunkId> Spared(LiveChunks live)
    {
        var spared = new HashSet<ChunkId>();
        foreach (var pack in Chunks.Index.Packs().Where(p => p.Condemned))
            if (pack.Entries.Any(e => e.IsChunk && live.Chunks.Contains(e.Id) && !Chunks.Index.Holds(e.Id))) spared.Add(pack.Name);
        return spared;
    }

    /// <summary>Opens the door again for versions that were given a name or a pin before it was shut, by this collection or one that broke off.</summary>
    private async ValueTask<List<string>> UnmarkAsync(List<string> marked, LiveChunks live, long epoch, CancellationToken cancellationToken)
    {
        var needed = new List<Stored<DatasetVersion>>();
        await foreach (var version in records.Versions.QueryAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            if (version.Value.IsCollected && (live.Versions.Contains(version.Value.Id) || live.Trees.Contains(ChunkId.Of(version.Value.Tree)))) needed.Add(version);
        foreach (var version in needed) await SetCollectedAsync(version, false, epoch, cancellationToken).ConfigureAwait(false);
        return [.. marked.Except(needed.Select(v => v.Value.Id))];
    }

    /// <summary>False when the version's record changed meanwhile.</summary>
    private async ValueTask<bool> SetCollectedAsync(Stored<DatasetVersion> version, bool collected, long epoch, CancellationToken cancellationToken)
    {
        try
        {
            // Only while this collection is the last that condemned: what an older one saw, a newer one may have decided otherwise.
            await writer.CommitAsync(
                [records.Versions.Put(version, version.Value with { IsCollected = collected }), new RecordCheck(records.Epochs.Key(CollectionDocument.Id), epoch)],
                collected ? "collected" : "needed after all", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MLOpsConflictException error)
        {
            if ((await CollectionEpoch.ReadAsync(records, cancellationToken).ConfigureAwait(false)).Version != epoch) throw Overtaken(error);
            return false;
        }
    }

    private static MLOpsConflictException Overtaken(MLOpsConflictException error) =>
        new("Another collection or repair of this store is running. Nothing that is needed was deleted; collect again when it has ended.", error.Subjects, error);
}
