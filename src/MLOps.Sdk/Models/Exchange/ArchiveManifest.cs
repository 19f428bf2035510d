using MLOps.Data;
using MLOps.Experiments;
using MLOps.Records;

namespace MLOps.Models;

/// <summary>What an archive holds. Everything is in an order of its own, and nothing tells when it was written, so that the same facts give the same archive.</summary>
internal sealed record ArchiveManifest
{
    public required int Format { get; init; }

    public required string Model { get; init; }

    /// <summary>By number.</summary>
    public IReadOnlyList<ArchivedVersion> Versions { get; init; } = [];

    /// <summary>By alias and revision.</summary>
    public IReadOnlyList<ModelAlias> Moves { get; init; } = [];

    /// <summary>By version, then time.</summary>
    public IReadOnlyList<GateVerdict> Verdicts { get; init; } = [];

    /// <summary>Where the versions came from.</summary>
    public IReadOnlyList<LineageEdge> Edges { get; init; } = [];

    /// <summary>The runs that made them.</summary>
    public IReadOnlyList<Run> Runs { get; init; } = [];

    /// <summary>The dataset versions that they were trained on: what is known of them, not their files.</summary>
    public IReadOnlyList<DatasetVersion> Datasets { get; init; } = [];

    /// <summary>By digest; in this order they follow.</summary>
    public IReadOnlyList<ArchivedBlob> Blobs { get; init; } = [];
}
