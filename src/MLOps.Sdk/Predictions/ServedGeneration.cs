using System.Globalization;
using MLOps.Records;

namespace MLOps.Predictions;

/// <summary>One model version loaded by one process: what a prediction id leads to.</summary>
internal sealed record ServedGeneration
{
    /// <summary>16 hexadecimal characters.</summary>
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required int Number { get; init; }

    public required Digest Digest { get; init; }

    /// <summary>The alias it was served under.</summary>
    public required string Alias { get; init; }

    public required string Actor { get; init; }

    public required string Host { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>The process that serves it; null when another release wrote this. Who has died in the middle could not say what he left.</summary>
    public ProcessMark? Process { get; init; }

    /// <summary>How many predictions it made; null while it answers, and for ever when its process ended before it could say so.</summary>
    public ulong? Count { get; init; }

    /// <summary>When it made no more.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    public ulong ToNumber() => ulong.Parse(Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public static string ToId(ulong generation) => generation.ToString("x16", CultureInfo.InvariantCulture);
}
