using MLOps.Data.Upkeep;
using MLOps.Records;

namespace MLOps.Data;

/// <summary>Keeps the datasets of a store sound and small: verifies, repairs, collects what nothing needs. Thread-safe; safe beside commits.</summary>
public sealed class DatasetUpkeep
{
    private readonly RecordWriter _writer;
    private readonly DatasetFiles _files;
    private readonly DatasetRecords _records;

    internal DatasetUpkeep(RecordWriter writer, DatasetFiles files) => (_writer, _files, _records) = (writer, files, new DatasetRecords(writer.Store));

    /// <summary>Finds damage, and says whose it is: version, path and bytes. Changes nothing.</summary>
    /// <param name="options">How thoroughly; null for every byte.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<DatasetVerifyReport> VerifyAsync(DatasetVerifyOptions? options = null, CancellationToken cancellationToken = default) =>
        new DatasetVerification(_records, _files, (options ?? new DatasetVerifyOptions()).Checked()).RunAsync(cancellationToken);

    /// <summary>
    /// Makes damaged versions whole with what another store has: a copy, the one that was pushed to or cloned from. What is not found counts as missing
    /// afterwards, so that the next commit that has it stores it again.
    /// </summary>
    /// <param name="from">The other store's upkeep.</param>
    /// <param name="cancellationToken">Cancels; repairing again goes on.</param>
    public ValueTask<DatasetRepairReport> RepairAsync(DatasetUpkeep from, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        return new DatasetRepair(_records, _writer, _files).RunAsync(DatasetRepair.FromStore(from._files.Chunks), cancellationToken);
    }

    /// <summary>Makes damaged versions whole with the files of a folder, such as a restored version or the data that was committed. Only bytes that are the right ones are taken.</summary>
    /// <param name="folder">The folder. A version's list of files can be made again only from a folder that holds exactly that version.</param>
    /// <param name="cancellationToken">Cancels; repairing again goes on.</param>
    public ValueTask<DatasetRepairReport> RepairFromFolderAsync(string folder, CancellationToken cancellationToken = default)
    {
        var repair = new DatasetRepair(_records, _writer, _files);
        return repair.RunAsync(repair.FromFolder(folder), cancellationToken);
    }

    /// <summary>What a collection would delete. Changes nothing.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public ValueTask<CollectionPlan> PlanCollectionAsync(CollectionOptions? options = null, CancellationToken cancellationToken = default) =>
        new Collector(_records, _writer, _files, (options ?? new CollectionOptions()).Checked()).PlanAsync(cancellationToken);

    /// <summary>
    /// Deletes what no branch, tag or pin leads to any more, nor the history of one. What is found unneeded for the first time only begins to wait: it is deleted by a
    /// collection after the grace. Commits, names and pins made meanwhile lose nothing. Ended half-way, the next one goes on. A version that gets a name at the
    /// moment in which the collection decides may be refused as collected until the collection has looked again: try once more.
    /// </summary>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsConflictException">Another collection is running.</exception>
    /// <exception cref="MLOpsIntegrityException">A needed list is damaged, so that it cannot be known what is needed. Nothing was deleted; repair first.</exception>
    public ValueTask<CollectionReport> CollectAsync(CollectionOptions? options = null, CancellationToken cancellationToken = default) =>
        new Collector(_records, _writer, _files, (options ?? new CollectionOptions()).Checked()).RunAsync(cancellationToken);
}
