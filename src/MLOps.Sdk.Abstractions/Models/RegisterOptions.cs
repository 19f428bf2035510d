namespace MLOps.Models;

/// <summary>What to keep with a new model version.</summary>
public sealed record RegisterOptions
{
    /// <summary>The format's key; the first registered format that accepts the model when null.</summary>
    public string? Format { get; init; }

    /// <summary>The run that made it, for lineage.</summary>
    public string? RunId { get; init; }

    /// <summary>The dataset versions it was trained on, for lineage.</summary>
    public IReadOnlyList<string> DatasetVersions { get; init; } = [];

    /// <summary>What it takes and gives.</summary>
    public ModelSignature? Signature { get; init; }

    /// <summary>Its metrics.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>For people; at most 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Documents to store beside the model, by name (see <see cref="Name.RequirePath"/>).</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Attachments { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();
}
