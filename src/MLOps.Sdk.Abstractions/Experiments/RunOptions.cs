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
}
