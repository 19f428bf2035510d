using MLOps.Data;
using MLOps.Experiments;

namespace MLOps;

/// <summary>
/// Says how to start a run, as a sentence. Immutable.
/// <code>await using var run = await mlops.Experiment("churn").Run("ridge").With("lambda", 0.1).On(data).StartAsync();</code>
/// </summary>
public sealed class RunBuilder
{
    private readonly IExperimentTracker _tracker;
    private readonly string _experiment;
    private readonly RunOptions _options;

    internal RunBuilder(IExperimentTracker tracker, string experiment, RunOptions? options = null) =>
        (_tracker, _experiment, _options) = (tracker, experiment, options ?? new RunOptions());

    /// <summary>Names the run, for people.</summary>
    public RunBuilder Run(string name) => Changed(_options with { Name = name });

    /// <summary>Adds a parameter; numbers are written so that they read back exactly, in the invariant culture.</summary>
    /// <param name="name">A path (see <see cref="Name.RequirePath"/>).</param>
    /// <param name="value">A text, a number, anything with a text form, or a collection of these: layers of 64 and 32 are written <c>[64, 32]</c>.</param>
    /// <exception cref="MLOpsInvalidException">The value has no text form of its own, so that only its type's name would be kept.</exception>
    public RunBuilder With<TValue>(string name, TValue value) where TValue : notnull => Changed(_options with
    {
        Params = Added(_options.Params, name, ParamText.Of(name, value)),
    });

    /// <summary>Adds a tag.</summary>
    public RunBuilder Tag(string name, string value) => Changed(_options with { Tags = Added(_options.Tags, name, value) });

    /// <summary>Adds a dataset version that the run reads for training.</summary>
    public RunBuilder On(DatasetVersion version) => Changed(_options with { Datasets = [.. _options.Datasets, version] });

    /// <summary>Starts the run only on data that is committed in this store; see <see cref="RunOptions.RequireCommittedData"/>.</summary>
    public RunBuilder RequireCommittedData() => Changed(_options with { RequireCommittedData = true });

    /// <summary>Starts the run.</summary>
    public ValueTask<IRun> StartAsync(CancellationToken cancellationToken = default) => _tracker.StartRunAsync(_experiment, _options, cancellationToken);

    private RunBuilder Changed(RunOptions options) => new(_tracker, _experiment, options);

    private static Dictionary<string, string> Added(IReadOnlyDictionary<string, string> to, string name, string value) => new(to) { [name] = value };
}
