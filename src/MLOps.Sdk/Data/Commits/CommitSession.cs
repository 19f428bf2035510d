using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Commits;

/// <summary>What a commit relies on while no collection comes in between; when one does, it begins anew with another session.</summary>
sealed class CommitSession(DatasetFiles files, CollectionEpoch epoch) : IAsyncDisposable
{
    public CollectionEpoch Epoch => epoch;

    public ChunkWriter Writer { get; } = new(files.Chunks, files.Options.Compression);

    public TreeReader Trees { get; } = new(files.Chunks);

    /// <summary>What the change became, once its bytes were stored.</summary>
    public Dictionary<string, ChunkContent?>? Edits { get; set; }

    /// <summary>To be done when the version is visible.</summary>
    public List<Action> Then { get; } = [];

    public static async ValueTask<CommitSession> BeginAsync(DatasetRecords records, DatasetFiles files, CancellationToken cancellationToken)
    {
        // The epoch first: what is condemned after it fails the check at the end.
        var epoch = await CollectionEpoch.ReadAsync(records, cancellationToken).ConfigureAwait(false);
        await files.Chunks.RefreshSinceAsync(epoch.Version, epoch.Condemned, cancellationToken).ConfigureAwait(false);
        return new CommitSession(files, epoch);
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync().ConfigureAwait(false);
        await Trees.DisposeAsync().ConfigureAwait(false);
    }
}
