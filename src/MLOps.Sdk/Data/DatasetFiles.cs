using System.Runtime.CompilerServices;
using MLOps.Data.Trees;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>The files of versions: trees and contents in the chunk store.</summary>
/// <param name="chunks">Where they are.</param>
/// <param name="options">How new ones are stored.</param>
/// <param name="cacheFolder">Where this machine may remember what its folders held; null for nowhere.</param>
sealed class DatasetFiles(ChunkStore chunks, DataOptions options, string? cacheFolder)
{
    public ChunkStore Chunks => chunks;

    public DataOptions Options => options;

    public string? CacheFolder => cacheFolder;

    /// <summary>The root of a version's tree.</summary>
    /// <exception cref="MLOpsNotFoundException">A collection removed its files.</exception>
    public static ChunkId RootOf(DatasetVersion version) => version.IsCollected
        ? throw new MLOpsNotFoundException($"The files of version {version.ShortId()} of dataset '{version.Dataset}' were collected: no branch, tag or pin named it any more. Its record remains.")
        : ChunkId.Of(version.Tree);

    public async IAsyncEnumerable<TreeEntry> AllAsync(DatasetVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new TreeReader(chunks);
        await using (reader.ConfigureAwait(false))
        {
            var entries = reader.FilesAsync(RootOf(version), cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (entries.ConfigureAwait(false))
                while (await Named(version, entries.MoveNextAsync()).ConfigureAwait(false)) yield return entries.Current;
        }
    }

    public async ValueTask<Stream> OpenAsync(DatasetVersion version, string path, CancellationToken cancellationToken)
    {
        var reader = new TreeReader(chunks);
        await using (reader.ConfigureAwait(false))
        {
            var found = await Named(version, reader.FindAsync(RootOf(version), path, cancellationToken)).ConfigureAwait(false)
                ?? throw await NoFileAsync(reader, version, path, cancellationToken).ConfigureAwait(false);
            var stream = new ContentStream(chunks, found.Content, error => Explained(error, $"the file '{path}' of version {version.ShortId()} of dataset '{version.Dataset}'"));
            try
            {
                await stream.LoadAsync(cancellationToken).ConfigureAwait(false);
                return stream;
            }
            catch
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Says in an error about a chunk whose it is.</summary>
    public static MLOpsIntegrityException Explained(MLOpsIntegrityException error, string what) =>
        new($"Of {what}: {error.Message}", error.Key, error.Expected, error.Actual, error);

    private static async ValueTask<T> Named<T>(DatasetVersion version, ValueTask<T> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (MLOpsIntegrityException error)
        {
            throw Explained(error, $"the list of files of version {version.ShortId()} of dataset '{version.Dataset}'");
        }
    }

    private static async ValueTask<MLOpsNotFoundException> NoFileAsync(TreeReader reader, DatasetVersion version, string path, CancellationToken cancellationToken)
    {
        var others = await FileNames.SomeAsync(reader, RootOf(version), cancellationToken).ConfigureAwait(false);
        return new($"Version {version.ShortId()} of dataset '{version.Dataset}' has no file '{path}'. {others}");
    }
}
