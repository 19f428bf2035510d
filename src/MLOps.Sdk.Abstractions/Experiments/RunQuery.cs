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
    /// A condition; <see cref="RunFilter.Parse"/> reads one from text. Fields are <c>attributes.name|status|experiment|actor|id|parent|started|ended|deleted|duration</c> (times in
    /// milliseconds since 1970, the duration in seconds), <c>params.x</c>, <c>tags.x</c>, <c>datasets.x</c> (the id of the version that was read; <c>datasets.x.context</c> for one purpose) and
    /// <c>metrics.x</c> (the last value), <c>metrics.x.min</c>, <c>metrics.x.max</c>, <c>metrics.x.mean</c>, <c>metrics.x.count</c>. A status is the name of a
    /// <see cref="RunStatus"/>. A param that is written as a number compares with numbers by its value, <c>0.10</c> equals 0.1, and with texts by its letters.
    /// Of a run with more than 10,000 such fields the first 10,000 are searched: params and tags before metrics.
    /// Any other field is an <see cref="MLOpsInvalidException"/>.
    /// </summary>
    public Filter? Filter { get; init; }

    /// <summary>Deleted runs: false for living ones only, which is the default, true for deleted ones only, null for both.</summary>
    public bool? Deleted { get; init; } = false;

    /// <summary>One of the fields above; by start time when null. Params go by value, numbers before texts; runs without the field come last.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Largest or newest first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>The most runs to give: all when null, of a page 100. A page has 1 to 1,000.</summary>
    public int? Limit { get; init; }

    /// <summary>Where to go on: <see cref="RunPage.Next"/> of the page before; null for the beginning.</summary>
    public string? After { get; init; }
}
