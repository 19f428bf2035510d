namespace MLOps.Statistics;

public static partial class TwoSample
{
    /// <summary>
    /// The pooled two-proportion z-test: is the share of successes the same? z = (p1 - p2) / sqrt(p (1-p) (1/n1 + 1/n2)) with p the pooled share; two-sided normal p-value.
    /// </summary>
    /// <remarks>z squared is the chi-square statistic of the 2 x 2 table. No success, or nothing but successes, in both samples: z 0, p 1.</remarks>
    /// <example><code>
    /// TestResult test = TwoSample.TwoProportions(60, 100, 40, 100);
    /// Console.WriteLine(test.Statistic); // 2.828, whose square is the chi-square of the table
    /// </code></example>
    /// <param name="referenceSuccesses">Successes in the reference, 0..<paramref name="referenceCount"/>.</param>
    /// <param name="referenceCount">Trials in the reference.</param>
    /// <param name="currentSuccesses">Successes in the current sample, 0..<paramref name="currentCount"/>.</param>
    /// <param name="currentCount">Trials in the current sample.</param>
    /// <exception cref="MLOpsInvalidException">A count is negative or there are more successes than trials.</exception>
    public static TestResult TwoProportions(long referenceSuccesses, long referenceCount, long currentSuccesses, long currentCount)
    {
        RequireProportion(referenceSuccesses, referenceCount, currentSuccesses, currentCount);
        if (referenceCount == 0 || currentCount == 0) return TestResult.Empty(referenceCount, currentCount);
        double n = referenceCount, m = currentCount, pooled = (referenceSuccesses + currentSuccesses) / (n + m);
        var error = Math.Sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
        var z = error == 0 ? 0 : (referenceSuccesses / n - currentSuccesses / m) / error;
        return new(z, SpecialTail.TwoSidedNormal(z), referenceCount, currentCount);
    }

    private static void RequireProportion(long referenceSuccesses, long referenceCount, long currentSuccesses, long currentCount)
    {
        if (referenceSuccesses < 0 || currentSuccesses < 0 || referenceSuccesses > referenceCount || currentSuccesses > currentCount)
            throw new MLOpsInvalidException($"{referenceSuccesses} of {referenceCount} and {currentSuccesses} of {currentCount}: successes must be between 0 and the number of trials.");
    }
}
