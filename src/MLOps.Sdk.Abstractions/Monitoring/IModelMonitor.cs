using MLOps.Predictions;

namespace MLOps.Monitoring;

/// <summary>
/// Watches served models: takes late labels, compares windows of live predictions with the baseline that was stored with
/// the model version, and keeps the reports. Thread-safe.
/// </summary>
public interface IModelMonitor
{
    /// <summary>Takes labels, late, in any order, repeated or corrected: for each prediction the one observed last counts. Durable when this returns.</summary>
    /// <param name="labels">At most 10,000 at a time.</param>
    /// <param name="cancellationToken">Cancels; no label is kept.</param>
    /// <exception cref="MLOpsInvalidException">A value is NaN or infinite.</exception>
    /// <exception cref="MLOpsNotFoundException">A prediction's generation was never served from this store.</exception>
    ValueTask LabelAsync(IReadOnlyList<PredictionLabel> labels, CancellationToken cancellationToken = default);

    /// <summary>Looks a prediction up: who made it, and its logged row and label while they are there.</summary>
    /// <exception cref="MLOpsNotFoundException">Its generation was never served from this store.</exception>
    ValueTask<LoggedPrediction> FindAsync(PredictionId id, CancellationToken cancellationToken = default);

    /// <summary>Compares the predictions of a window with the baseline of the version that made them, and keeps the report.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="window">Event times from, inclusive, to, exclusive.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Cancels; no report is kept.</param>
    /// <returns>A report on <see cref="MonitorOptions.Version"/>, by default the version that made most of the window's predictions; rows of other versions are counted apart.</returns>
    /// <exception cref="MLOpsNotFoundException">No such model.</exception>
    ValueTask<MonitorReport> EvaluateAsync(string model, MonitorWindow window, MonitorOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The kept reports of a model, newest first.</summary>
    IAsyncEnumerable<MonitorReport> ReportsAsync(string model, CancellationToken cancellationToken = default);

    /// <summary>The alerts of a model, newest first: those that are open, and those that were.</summary>
    /// <param name="model">The model; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    IAsyncEnumerable<MonitorAlert> AlertsAsync(string? model = null, CancellationToken cancellationToken = default);

    /// <summary>Says that somebody has taken an alert up.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="note">What there is to say; null for nothing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">There is no such alert.</exception>
    ValueTask<MonitorAlert> AcknowledgeAsync(string id, string? note = null, CancellationToken cancellationToken = default);

    /// <summary>For a while nobody is told of a model's alerts; they are kept all the same. A later call replaces an earlier one; a moment that has passed ends it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="until">Until when.</param>
    /// <param name="reason">Why; null when there is nothing to say.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<AlertSilence> SilenceAsync(string model, DateTimeOffset until, string? reason = null, CancellationToken cancellationToken = default);
}
