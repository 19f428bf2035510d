namespace MLOps.Experiments;

/// <summary>How to start a run.</summary>
public sealed record RunOptions
{
    /// <summary>A name for people; one is made from the id when null.</summary>
    public string? Name { get; init; }

    /// <summary>The id, for an idempotent start: 32 lower-case hexadecimal characters; made when null.</summary>
    public string? Id { get; init; }

    /// <summary>Params to begin with.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags to begin with.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Dataset versions that the run reads for training.</summary>
    public IReadOnlyList<Data.DatasetVersion> Datasets { get; init; } = [];

    /// <summary>
    /// The run may only read data that is committed in this store: it must name at least one version in <see cref="Datasets"/> to start, and every version that it names, then or later, must be one
    /// of this store whose files are there. Runs that are resumed keep the policy.
    /// </summary>
    public bool RequireCommittedData { get; init; }
}
