namespace MLOps.Models;

/// <summary>
/// Named models, their immutable versions, and the aliases that point to them. Thread-safe; two processes may share a store.
/// </summary>
/// <remarks>Bytes first, then the version's record, the alias last. Every change is audited. Version numbers have no gaps, whoever races.</remarks>
public interface IModelRegistry
{
    /// <summary>Registers a new version, creating the model with its first one.</summary>
    /// <param name="model">A plain name (see <see cref="Name"/>).</param>
    /// <param name="content">Anything a registered <see cref="IModelFormat"/> accepts: an <see cref="IModel{TInput,TOutput}"/> of a type registered with <c>AddModelType</c>, a <see cref="ModelFolder"/>, …</param>
    /// <param name="options">Run, data, signature, attachments; null for none.</param>
    /// <param name="cancellationToken">Cancels; no version becomes visible.</param>
    /// <exception cref="MLOpsInvalidException">No format accepts the content; the message says what to register.</exception>
    ValueTask<ModelVersion> RegisterAsync(string model, object content, RegisterOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Resolves a reference.</summary>
    /// <param name="reference"><c>churn</c> (its latest version), <c>churn/3</c>, <c>churn@champion</c>, <c>churn@sha256:…</c> or <c>sha256:…</c> (the latest with that content); a leading <c>models:/</c> is accepted.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">Nothing has that name; the message names what exists.</exception>
    ValueTask<ModelVersion> ResolveAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>All models, by name.</summary>
    IAsyncEnumerable<Model> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>The versions of a model, newest first; none when it does not exist.</summary>
    IAsyncEnumerable<ModelVersion> VersionsAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>Changes what may change on a version: description, tags, stage, legal hold.</summary>
    /// <exception cref="MLOpsNotFoundException">No such version.</exception>
    /// <exception cref="MLOpsInvalidException">The stage may not follow the present one, or something is too long.</exception>
    /// <exception cref="MLOpsConflictException">The version is in another stage than expected.</exception>
    ValueTask<ModelVersion> ChangeAsync(string model, int number, VersionChange change, CancellationToken cancellationToken = default);

    /// <summary>Changes a model: description, tags, the stages of its versions.</summary>
    /// <exception cref="MLOpsNotFoundException">No such model.</exception>
    ValueTask<Model> ChangeModelAsync(string model, ModelChange change, CancellationToken cancellationToken = default);

    /// <summary>Deletes a version for good: its files are no longer needed, its number is never given again. Lineage, verdicts, approvals and audit stay.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="number">The version.</param>
    /// <param name="reason">Why; at most 4,000 characters.</param>
    /// <param name="cancellationToken">Cancels; the version stays.</param>
    /// <exception cref="MLOpsNotFoundException">No such version.</exception>
    /// <exception cref="MLOpsRejectedException">An alias points to it, or it is under legal hold.</exception>
    ValueTask DeleteAsync(string model, int number, string reason, CancellationToken cancellationToken = default);

    /// <summary>Loads a version through its format: an <see cref="IModel{TInput,TOutput}"/> that the caller owns and disposes if it is disposable.</summary>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    ValueTask<object> LoadAsync(ModelVersion version, CancellationToken cancellationToken = default);

    /// <summary>Opens a file or an attachment of a version. No byte is handed out that was not verified.</summary>
    /// <exception cref="MLOpsNotFoundException">No such file; the message names those there are.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    ValueTask<Stream> OpenAsync(ModelVersion version, string path, CancellationToken cancellationToken = default);

    /// <summary>Points an alias to a version.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="alias">A plain name.</param>
    /// <param name="number">The version.</param>
    /// <param name="options">Expectation and reason; null for none.</param>
    /// <param name="cancellationToken">Cancels; the alias stays.</param>
    /// <exception cref="MLOpsNotFoundException">No such version.</exception>
    /// <exception cref="MLOpsConflictException">The alias points elsewhere than expected, or was moved at the same moment.</exception>
    /// <exception cref="MLOpsRejectedException">The alias has a policy that is not met; the message says what is missing.</exception>
    ValueTask<ModelAlias> SetAliasAsync(string model, string alias, int number, AliasMoveOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Removes an alias; its history stays.</summary>
    /// <exception cref="MLOpsNotFoundException">No such alias.</exception>
    /// <exception cref="MLOpsRejectedException">The alias has a policy: it is removed by an override only.</exception>
    ValueTask RemoveAliasAsync(string model, string alias, AliasMoveOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Points an alias back to the version it pointed to before it came to the present one. One rollback after another goes further back, never to the version just left.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="options">The reason, which is needed, and an expectation.</param>
    /// <param name="cancellationToken">Cancels; the alias stays.</param>
    /// <exception cref="MLOpsNotFoundException">There is no such alias, or nothing before the present version.</exception>
    /// <exception cref="MLOpsInvalidException">No reason is given.</exception>
    /// <exception cref="MLOpsRejectedException">The alias has a policy that is not met.</exception>
    ValueTask<ModelAlias> RollbackAsync(string model, string alias, AliasMoveOptions options, CancellationToken cancellationToken = default);

    /// <summary>The aliases of a model, by name.</summary>
    IAsyncEnumerable<ModelAlias> AliasesAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>Every move of an alias, newest first.</summary>
    IAsyncEnumerable<ModelAlias> AliasHistoryAsync(string model, string alias, CancellationToken cancellationToken = default);

    /// <summary>Where an alias pointed at an instant: the last move up to then, with number 0 if it had been removed; null when it did not exist yet.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="at">The instant, to the millisecond.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<ModelAlias?> AliasAtAsync(string model, string alias, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>The aliases of a model as they are, removed ones with number 0, then each as it moves, at least once, until cancelled. A quick succession of moves may be reported by its last.</summary>
    IAsyncEnumerable<ModelAlias> WatchAliasesAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>Keeps a gate's verdict.</summary>
    ValueTask AddVerdictAsync(GateVerdict verdict, CancellationToken cancellationToken = default);

    /// <summary>The verdicts on a version, newest first.</summary>
    IAsyncEnumerable<GateVerdict> VerdictsAsync(string model, int number, CancellationToken cancellationToken = default);
}
