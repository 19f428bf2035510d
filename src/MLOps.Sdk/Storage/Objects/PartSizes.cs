namespace MLOps.Storage.Objects;

/// <summary>
/// How long each part is: a store allows so many parts, and a stream may not tell its length. So after each tenth of the allowed
/// parts the size doubles, and memory grows only for blobs that need it: with 10,000 parts of 8 MiB from 8 GB on, up to 4 TB.
/// </summary>
internal sealed class PartSizes(int first, ObjectLimits limits)
{
    /// <summary>The longest part that is ever held in memory.</summary>
    public const int Largest = 1 << 30;

    public int First => first;

    /// <param name="number">From 1.</param>
    /// <exception cref="MLOpsInvalidException">The store takes no more parts.</exception>
    public int Of(int number)
    {
        if (number > limits.MostParts) throw new MLOpsInvalidException($"The blob is too long for this store: it takes {limits.MostParts} parts, and they began with {first} bytes. Use a larger {nameof(TransferOptions.PartSize)}.");
        var doublings = (number - 1) / Math.Max(1, limits.MostParts / 10);
        return (int)Math.Min((long)first << Math.Min(doublings, 31), Math.Min(limits.LargestPart, Largest));
    }
}
