namespace MLOps.Statistics;

/// <summary>Takes the groups of equal values of two pooled samples, in ascending order.</summary>
internal interface ITieVisitor
{
    /// <summary>The next value occurs <paramref name="a"/> times in the reference and <paramref name="b"/> times in the current sample, not 0 in both.</summary>
    void Visit(long a, long b);
}

/// <summary>All that a rank test sees of two samples: how often each next larger value occurs in either.</summary>
internal static class TieGroups
{
    /// <summary>The most values per sample whose rank sums stay exact in 128 bits.</summary>
    public const long LargestCount = 1_000_000_000_000;

    public static void Walk<T>(ReadOnlySpan<double> sortedA, ReadOnlySpan<double> sortedB, ref T visitor)
        where T : struct, ITieVisitor
    {
        int i = 0, j = 0;
        while (i < sortedA.Length || j < sortedB.Length)
        {
            var x = j == sortedB.Length || (i < sortedA.Length && sortedA[i] <= sortedB[j]) ? sortedA[i] : sortedB[j];
            int a = i, b = j;
            while (i < sortedA.Length && sortedA[i] == x) i++;
            while (j < sortedB.Length && sortedB[j] == x) j++;
            visitor.Visit(i - a, j - b);
        }
    }

    public static void Walk<T>(ReadOnlySpan<long> countsA, ReadOnlySpan<long> countsB, ref T visitor)
        where T : struct, ITieVisitor
    {
        for (var i = 0; i < countsA.Length; i++)
            if (countsA[i] + countsB[i] > 0) visitor.Visit(countsA[i], countsB[i]);
    }

    /// <summary>Both totals, after checking that the counts belong together.</summary>
    public static (long A, long B) Totals(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, long most = LargestCount)
    {
        if (reference.Length != current.Length)
            throw new MLOpsInvalidException($"The reference has {reference.Length} categories and the current sample {current.Length}: count both over the same list, with 0 where a category is missing.");
        return (Total(reference, nameof(reference), most), Total(current, nameof(current), most));
    }

    private static long Total(ReadOnlySpan<long> counts, string name, long most)
    {
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0) throw new MLOpsInvalidException($"The count of category {i} is negative.");
            if (counts[i] > most - total) throw new MLOpsInvalidException($"{name} counts more than {most} values: that is the most for which ranks stay exact.");
            total += counts[i];
        }

        return total;
    }
}
