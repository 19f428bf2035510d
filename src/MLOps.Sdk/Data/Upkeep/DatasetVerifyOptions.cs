namespace MLOps.Data;

/// <summary>How to verify a store's datasets.</summary>
public sealed record DatasetVerifyOptions
{
    /// <summary>How thoroughly; full by default.</summary>
    public VerifyLevel Level { get; init; } = VerifyLevel.Full;

    /// <summary>Which part of the data a sample reads; 0.05 by default.</summary>
    public double Part { get; init; } = 0.05;

    /// <summary>What chooses the sample: another seed reads another part. Null for a new one each time.</summary>
    public int? Seed { get; init; }

    /// <summary>Checks the values and returns the options.</summary>
    /// <exception cref="MLOpsInvalidException">One is out of range.</exception>
    public DatasetVerifyOptions Checked()
    {
        if (!Enum.IsDefined(Level)) throw new MLOpsInvalidException($"The level {(int)Level} is not known; choose Structure, Sample or Full.");
        if (!(Part is > 0 and <= 1)) throw new MLOpsInvalidException($"The part that a sample reads is above 0 and at most 1, this one is {Part}.");
        return this;
    }
}
