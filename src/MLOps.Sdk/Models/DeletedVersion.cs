namespace MLOps.Models;

/// <summary>What is left of a deleted version, so that whoever asks for it learns what became of it.</summary>
internal sealed record DeletedVersion
{
    public required string Model { get; init; }

    public required int Number { get; init; }

    public required Digest Digest { get; init; }

    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Reason { get; init; }
}
