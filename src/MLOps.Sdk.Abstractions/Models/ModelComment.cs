namespace MLOps.Models;

/// <summary>What somebody wrote about a version. Comments are added, never changed.</summary>
public sealed record ModelComment
{
    /// <summary>Its id: a UUIDv7 as 32 hexadecimal characters.</summary>
    public required string Id { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required int Number { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Who wrote it.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}
