namespace MLOps.Storage.Objects;

/// <summary>How blobs travel to and from an object store. One transfer holds at most <see cref="PartSize"/> × <see cref="Parallelism"/> bytes in memory.</summary>
public sealed record TransferOptions
{
    /// <summary>Bytes of a part; 8 MiB by default. A blob of at most one part goes in one request. The parts of a blob that would need more parts than the store allows grow on the way.</summary>
    public int PartSize { get; init; } = 8 << 20;

    /// <summary>How many parts of one blob travel at the same time, 1 to 64; 4 by default.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Checks the options against what a store allows, and returns them.</summary>
    /// <param name="limits">What the store allows.</param>
    /// <exception cref="MLOpsInvalidException">One is out of its range; the message names it.</exception>
    public TransferOptions Require(ObjectLimits limits)
    {
        if (PartSize < limits.SmallestPart || PartSize > Math.Min(limits.LargestPart, PartSizes.Largest))
            throw new MLOpsInvalidException($"{nameof(PartSize)} is {PartSize} bytes; this store takes {limits.SmallestPart} to {Math.Min(limits.LargestPart, PartSizes.Largest)}.");
        if (Parallelism is < 1 or > 64) throw new MLOpsInvalidException($"{nameof(Parallelism)} is {Parallelism}; it must be 1 to 64.");
        return this;
    }
}
