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
    ValueTask<IRun> ResumeRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>What is known of a run.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run; the message names recent ones.</exception>
    ValueTask<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Runs, newest first unless the query orders otherwise.</summary>
    IAsyncEnumerable<Run> QueryRunsAsync(RunQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>The points of a run's metric, in the order in which they were logged; none when it was never logged. Values are exact, NaN and infinities included.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run.</exception>
    IAsyncEnumerable<MetricPoint> ReadMetricAsync(string runId, string metric, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact. No byte is handed out that was not verified.</summary>
    /// <exception cref="MLOpsNotFoundException">No such run or artifact; the message names those there are.</exception>
    /// <exception cref="MLOpsIntegrityException">The stored bytes are damaged.</exception>
    ValueTask<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken = default);
}
