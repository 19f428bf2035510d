using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Asks for runs.</summary>
public sealed record RunQuery
{
    /// <summary>Only runs of this experiment.</summary>
    public string? Experiment { get; init; }

    /// <summary>Only runs in this status.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Only runs directly beneath this one.</summary>
    public string? ParentId { get; init; }

    /// <summary>
    /// A condition on <c>attributes.name|status|experiment|actor|started|ended|parent</c> (times in milliseconds since 1970),
    /// <c>params.x</c>, <c>tags.x</c> and <c>metrics.x</c> (the last value), <c>metrics.x.min</c>, <c>metrics.x.max</c>. A status is the name of a
    /// <see cref="RunStatus"/>. Of a run with more than 10,000 such fields the first 10,000 are searched: params and tags before metrics.
    /// Any other field is an <see cref="MLOpsInvalidException"/>.
    /// </summary>
    public Filter? Filter { get; init; }

    /// <summary>One of the fields above; by start time when null.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Largest or newest first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>The most runs to give; all when null.</summary>
    public int? Limit { get; init; }
}
