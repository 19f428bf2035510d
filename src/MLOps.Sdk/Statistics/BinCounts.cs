namespace MLOps.Statistics;

/// <summary>How many values of a sample fell into each bin. Exact, so that parts merged in any order equal the whole.</summary>
/// <example><code>
/// var bins = Binning.EqualWidth(0, 10, 5);
/// BinCounts week = bins.CountOf([1.0, 3]).Merge(bins.CountOf([1.5]));
/// Console.WriteLine(week.Counts[0]); // 2
/// </code></example>
/// <param name="Counts">One count per bin.</param>
/// <param name="NaNCount">Values without a bin, because they were NaN.</param>
public sealed record BinCounts(long[] Counts, long NaNCount)
{
    /// <summary>The counts of both samples together; O(bins).</summary>
    /// <exception cref="MLOpsInvalidException">The numbers of bins differ.</exception>
    public BinCounts Merge(BinCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Counts.Length != Counts.Length) throw new MLOpsInvalidException($"The other counts have {other.Counts.Length} bins and these {Counts.Length}: merge counts over the same bins.");
        var sum = new long[Counts.Length];
        for (var i = 0; i < sum.Length; i++) sum[i] = checked(Counts[i] + other.Counts[i]);
        return new(sum, checked(NaNCount + other.NaNCount));
    }

    /// <summary>The counts as bytes with a hash; the edges are the caller's to keep.</summary>
    public byte[] ToBytes()
    {
        var (parameters, payload) = (new byte[8], new byte[8 * Counts.Length]);
        new SketchWriter(parameters).Int64(NaNCount);
        var writer = new SketchWriter(payload);
        foreach (var count in Counts) writer.Int64(count);
        return SketchEnvelope.Seal(SketchKind.BinCounts, Counts.Sum(), parameters, payload);
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are cut or changed.</exception>
    public static BinCounts FromBytes(ReadOnlySpan<byte> bytes) => SketchEnvelope.Open(bytes, SketchKind.BinCounts, 8, static (n, parameters, payload) =>
    {
        payload.Check(payload.Length % 8 == 0, "the counts are cut");
        var counts = new long[payload.Length / 8];
        for (var i = 0; i < counts.Length; i++) counts[i] = payload.Int64();
        payload.Check(counts.All(static count => count >= 0) && counts.Sum() == n, "the counts do not sum to their total");
        return new BinCounts(counts, parameters.Int64());
    });
}
