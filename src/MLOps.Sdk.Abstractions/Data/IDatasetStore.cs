namespace MLOps.Data;

/// <summary>
/// Data versioning: named datasets whose versions are immutable sets of files. Thread-safe; two processes may share a store.
/// </summary>
/// <remarks>Bytes are written first, then the version's record, the head last: a crash leaves the old head or the new one, whole.</remarks>
public interface IDatasetStore
{
    /// <summary>Commits a new version of a dataset, creating the dataset with its first version. Equal content under the same head gives the head back instead of an empty version.</summary>
    /// <param name="dataset">A plain name (see <see cref="Name"/>).</param>
    /// <param name="change">What the version holds.</param>
    /// <param name="options">Message, inputs, expected head; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels; no version becomes visible.</param>
    /// <exception cref="MLOpsConflictException">The head moved while <see cref="DatasetCommitOptions.ExpectedHead"/> was given, or another commit changed one of the same paths meanwhile; <see cref="MLOpsConflictException.Subjects"/> names them.</exception>
    ValueTask<DatasetVersion> CommitAsync(string dataset, DatasetChange change, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Resolves a reference.</summary>
    /// <param name="reference"><c>bike</c> (the head of main), <c>bike@2011</c> (a tag, else a branch), <c>bike@4f0c…</c> or <c>4f0c…</c> (a version's id, or at least 8 characters of it), <c>bike@2026-03-01</c> or <c>bike@2026-03-01T12:00Z</c> (what main held then, UTC).</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">Nothing has that name; the message names what exists.</exception>
    ValueTask<DatasetVersion> ResolveAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>Names a version. A tag stays where it was put: moving it takes <paramref name="move"/>.</summary>
    /// <param name="version">The version.</param>
    /// <param name="tag">A plain name.</param>
    /// <param name="move">True to move a tag that names another version.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsConflictException">The tag names another version and <paramref name="move"/> is false.</exception>
    ValueTask TagAsync(DatasetVersion version, string tag, bool move = false, CancellationToken cancellationToken = default);

    /// <summary>Opens a line of work at a version, or moves one there.</summary>
    /// <param name="version">Where it begins.</param>
    /// <param name="branch">A plain name.</param>
    /// <param name="move">True to move a branch that exists.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsConflictException">The branch exists, names another version, and <paramref name="move"/> is false.</exception>
    ValueTask BranchAsync(DatasetVersion version, string branch, bool move = false, CancellationToken cancellationToken = default);

    /// <summary>Removes a tag or a branch. Its versions stay until a collection finds that nothing else names them.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="name">The tag, else the branch; not <c>main</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is neither.</exception>
    ValueTask ForgetAsync(string dataset, string name, CancellationToken cancellationToken = default);

    /// <summary>Brings what another line of work changed since both were one into a branch. Files that only one side changed are taken from it.</summary>
    /// <param name="source">What to bring in.</param>
    /// <param name="options">The branch to bring it into, message; null for <c>main</c>.</param>
    /// <param name="cancellationToken">Cancels; nothing becomes visible.</param>
    /// <returns>The new version with both as parents; the source when the branch only had to move forward to it; the head when it has all of it.</returns>
    /// <exception cref="MLOpsConflictException">Both sides changed the same paths differently; <see cref="MLOpsConflictException.Subjects"/> names them.</exception>
    ValueTask<DatasetVersion> MergeAsync(DatasetVersion source, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Makes a branch hold again what an earlier version held, as a new version: history is kept.</summary>
    /// <param name="to">The version to go back to.</param>
    /// <param name="options">The branch, message; null for <c>main</c>.</param>
    /// <param name="cancellationToken">Cancels; nothing becomes visible.</param>
    ValueTask<DatasetVersion> RollbackAsync(DatasetVersion to, DatasetCommitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>What differs between two versions. Costs what changed, not what exists.</summary>
    /// <param name="from">The first.</param>
    /// <param name="to">The second.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<DatasetDiff> DiffAsync(DatasetVersion from, DatasetVersion to, CancellationToken cancellationToken = default);

    /// <summary>All datasets, by name.</summary>
    IAsyncEnumerable<Dataset> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>The versions from a reference back to the first, newest first; of a merge the line of its branch.</summary>
    IAsyncEnumerable<DatasetVersion> LogAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>The files of a version, in ordinal order of paths.</summary>
    IAsyncEnumerable<DatasetFile> FilesAsync(DatasetVersion version, CancellationToken cancellationToken = default);

    /// <summary>Opens a file of a version for reading, without restoring it: a seekable stream that fetches only the parts it touches. No byte is handed out that was not verified; damage further on is an <see cref="MLOpsIntegrityException"/> of the read.</summary>
    /// <exception cref="MLOpsNotFoundException">No such file in the version.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    ValueTask<Stream> OpenAsync(DatasetVersion version, string path, CancellationToken cancellationToken = default);

    /// <summary>Writes a version's files into a folder. Each file appears whole and verified, or not at all; files already there with equal content are left alone.</summary>
    /// <param name="version">The version.</param>
    /// <param name="folder">The target; created when missing. No path of a version can leave it.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Cancels; what is complete stays.</param>
    /// <exception cref="MLOpsConflictException">A file is there with other content and was not to be overwritten, or a file and a folder stand in each other's place. Nothing was written.</exception>
    ValueTask<DatasetRestoreReport> RestoreAsync(DatasetVersion version, string folder, DatasetRestoreOptions? options = null, CancellationToken cancellationToken = default);
}
