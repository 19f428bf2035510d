namespace MLOps.Experiments;

/// <summary>
/// Experiment logging: experiments, their runs, and what the runs wrote down. Thread-safe; two processes may share a store.
/// </summary>
public interface IExperimentTracker
{
    /// <summary>The experiment of that name, created when missing. Racing creators get the same one.</summary>
    /// <param name="name">A plain name (see <see cref="Name"/>).</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<Experiment> GetOrCreateAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>All experiments, by name.</summary>
    IAsyncEnumerable<Experiment> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Starts a run, creating its experiment when missing. The record is durable when this returns.</summary>
    /// <param name="experiment">A plain name.</param>
    /// <param name="options">Name, params, tags, datasets; null for none.</param>
    /// <param name="cancellationToken">Cancels; no run is left.</param>
    ValueTask<IRun> StartRunAsync(string experiment, RunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Goes on writing to an existing run, whatever its status; it is Running again. One writer at a time: of two, the later one's writes conflict.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    /// <exception cref="MLOpsRejectedException">It is deleted.</exception>
    ValueTask<IRun> ResumeRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a run that continues another from a step on: it has the other's params, tags, datasets and the points of all metrics up to
    /// that step, and names where it comes from. The other run stays as it is.
    /// </summary>
    /// <param name="runId">The run to fork.</param>
    /// <param name="step">The last step that both share.</param>
    /// <param name="options">Name, id; further or other params and tags. Null for none.</param>
    /// <param name="cancellationToken">Cancels; no run is left.</param>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    ValueTask<IRun> ForkRunAsync(string runId, long step, RunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Changes what people may change about a run: name, note, comments and tags.</summary>
    /// <returns>The run as it is now.</returns>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    ValueTask<Run> ChangeRunAsync(string runId, RunChange change, CancellationToken cancellationToken = default);

    /// <summary>Deletes a run that can be restored: queries pass over it and nobody writes it, but everything is kept. Doing it again changes nothing.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    /// <exception cref="MLOpsRejectedException">It is held, or still Running.</exception>
    ValueTask DeleteRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Takes a deletion back; a living run stays as it is.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    ValueTask RestoreRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes a deleted run for good: its record, its points, and its claim on its artifacts and datasets, whose bytes go with the next collection unless something
    /// else needs them. Its lineage is kept. When it was interrupted, doing it again ends it.
    /// </summary>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    /// <exception cref="MLOpsRejectedException">It is held, or was not deleted before.</exception>
    ValueTask PurgeRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Says that a run must be kept, for a law or a dispute: until <paramref name="reason"/> is taken back by null it can be neither deleted nor purged.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="reason">Why, 1 to 4,000 characters; null lets it go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The run as it is now.</returns>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    ValueTask<Run> HoldRunAsync(string runId, string? reason, CancellationToken cancellationToken = default);

    /// <summary>What is known of a run.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run; the message names recent ones.</exception>
    ValueTask<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Runs, newest first unless the query orders otherwise.</summary>
    IAsyncEnumerable<Run> QueryRunsAsync(RunQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// One page of such runs. A page costs the same wherever it lies, and a run that changes its place meanwhile does not shift the others. It may hold fewer runs
    /// than asked for although there are more: only <see cref="RunPage.Next"/> tells the end.
    /// </summary>
    /// <exception cref="MLOpsInvalidException">The query breaks a rule, or <see cref="RunQuery.After"/> is not of a page of this query.</exception>
    ValueTask<RunPage> PageRunsAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>The points of a run's metric, in the order in which they were logged; none when it was never logged. Values are exact, NaN and infinities included.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="metric">Its metric.</param>
    /// <param name="range">Which points, and how many at most; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    IAsyncEnumerable<MetricPoint> ReadMetricAsync(string runId, string metric, MetricRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>The lines of a run's log, in the order in which they were written.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    IAsyncEnumerable<RunLogLine> ReadLogAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact. No byte is handed out that was not verified.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run or artifact; the message names those there are.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    ValueTask<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken = default);
}
