namespace MLOps.Models;

/// <summary>A registered version of a model. Content and origin never change; description, tags, stage and hold may.</summary>
public sealed record ModelVersion
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>1, 2, 3 …: given without gaps, and never given again after a version was deleted.</summary>
    public required int Number { get; init; }

    /// <summary>The digest of its content: format, facts and files. Equal content has an equal digest.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The key of its <see cref="IModelFormat"/>.</summary>
    public required string Format { get; init; }

    /// <summary>What the format needs to load it.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Its files, in ordinal order of paths.</summary>
    public IReadOnlyList<ModelFile> Files { get; init; } = [];

    /// <summary>What it takes and gives, when known.</summary>
    public ModelSignature? Signature { get; init; }

    /// <summary>The run that made it.</summary>
    public string? RunId { get; init; }

    /// <summary>The dataset versions it was trained on.</summary>
    public IReadOnlyList<string> DatasetVersions { get; init; } = [];

    /// <summary>Its metrics at registration.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Its stage; null for none. See <see cref="Model.Stages"/>.</summary>
    public string? Stage { get; init; }

    /// <summary>Why it is under legal hold, and so not deleted; null when it is not.</summary>
    public string? LegalHold { get; init; }

    /// <summary>Documents stored beside the model, by name: its baseline for instance.</summary>
    public IReadOnlyList<ModelFile> Attachments { get; init; } = [];

    /// <summary>Who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its reference in lineage.</summary>
    public EntityRef ToRef() => EntityRef.Model(Model, Number);

    /// <inheritdoc/>
    public override string ToString() => $"{Model}/{Number}";
}
