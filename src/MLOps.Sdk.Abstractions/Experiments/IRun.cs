namespace MLOps.Experiments;

/// <summary>
/// A run that is being written. Thread-safe.
/// </summary>
/// <remarks>
/// Names of metrics, params and tags are paths (see <see cref="Name.RequirePath"/>) of at most 400 bytes of UTF-8. Call <see cref="CompleteAsync"/> at the end of the work, as with a transaction: a run that is disposed without it has
/// most likely been left by an exception and becomes <see cref="RunStatus.Failed"/>. Metrics are buffered: they are durable
/// after <see cref="FlushAsync"/>, <see cref="CompleteAsync"/> or disposal, and flushed by time and size before that.
/// Everything else is durable when its call returns, and an <see cref="ObjectDisposedException"/> after completion or disposal.
/// </remarks>
public interface IRun : IAsyncDisposable
{
    /// <summary>The run's id.</summary>
    string Id { get; }

    /// <summary>The experiment's name.</summary>
    string Experiment { get; }

    /// <summary>Resolves a metric once; logging through the handle is the cheap way.</summary>
    /// <param name="name">A path (see <see cref="Name.RequirePath"/>), <c>train/loss</c> for instance.</param>
    MetricHandle Metric(string name);

    /// <summary>Logs a point. Returns at once while the bounded buffer has room; when it is full, waits, so that nothing is lost. A failure to write surfaces at the next flush, unless writing again succeeded; and here, when the buffer is full and cannot be written: the point was then not taken.</summary>
    /// <param name="metric">From <see cref="Metric"/> of this run.</param>
    /// <param name="value">Any double, NaN and infinities included.</param>
    /// <param name="step">Any; usually counts up from 0.</param>
    /// <exception cref="ObjectDisposedException">The run is completed or disposed.</exception>
    void Log(MetricHandle metric, double value, long step);

    /// <summary>How many points were dropped because the buffer was full: 0 unless the tracker was told to drop instead of waiting.</summary>
    long DroppedPoints { get; }

    /// <summary>Sets a parameter. Setting the same value again changes nothing.</summary>
    /// <param name="name">A path (see <see cref="Name.RequirePath"/>).</param>
    /// <param name="value">At most 8,000 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsConflictException">The parameter has another value: a param is a fact about what ran.</exception>
    ValueTask SetParamAsync(string name, string value, CancellationToken cancellationToken = default);

    /// <summary>Sets several parameters in one commit; see <see cref="SetParamAsync"/>.</summary>
    ValueTask SetParamsAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken = default);

    /// <summary>Sets or replaces a tag; null removes it.</summary>
    /// <param name="name">A path.</param>
    /// <param name="value">At most 8,000 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask SetTagAsync(string name, string? value, CancellationToken cancellationToken = default);

    /// <summary>Stores an artifact; it is visible only when whole. A path can be written again with equal bytes only.</summary>
    /// <param name="path">See <see cref="Name.RequirePath"/>.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellationToken">Cancels; no artifact is left.</param>
    /// <exception cref="MLOpsConflictException">The path holds other bytes.</exception>
    ValueTask<Artifact> AddArtifactAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds a line to the run's log. Never waits and never fails: lines are durable after the next flush, are flushed by themselves every second, and are dropped while more than 10,000 wait, or
    /// after the run's end.
    /// </summary>
    void WriteLine(RunLogLine line);

    /// <summary>Records that the run read a dataset version: a lineage edge.</summary>
    /// <param name="version">The version.</param>
    /// <param name="context">What for: <c>training</c>, <c>validation</c>. A plain name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask UseDatasetAsync(Data.DatasetVersion version, string context = "training", CancellationToken cancellationToken = default);

    /// <summary>Starts a run beneath this one, in the same experiment.</summary>
    ValueTask<IRun> StartChildAsync(RunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes every point and line logged before the call durable: whoever reads the run or its metrics sees them. A search that filters or orders runs by a metric
    /// knows them a moment later, 1 second by default.
    /// </summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Flushes and ends the run.</summary>
    /// <param name="status">Any but Running.</param>
    /// <param name="reason">Why, for a run that did not finish.</param>
    /// <param name="cancellationToken">Cancels; the run goes on.</param>
    ValueTask CompleteAsync(RunStatus status = RunStatus.Finished, string? reason = null, CancellationToken cancellationToken = default);
}
