namespace MLOps.Benchmarks.References;

/// <summary>Counting as one writes it with what the framework has: a dictionary of words, a binary search for bins.</summary>
internal static class HandCounts
{
    public static Dictionary<string, long> Words(string[] words)
    {
        var counts = new Dictionary<string, long>();
        foreach (var word in words) counts[word] = counts.GetValueOrDefault(word) + 1;
        return counts;
    }

    public static long[] Histogram(double[] values, double[] edges)
    {
        var counts = new long[edges.Length + 1];
        foreach (var value in values)
        {
            var at = Array.BinarySearch(edges, value);
            counts[at < 0 ? ~at : at + 1]++;
        }

        return counts;
    }
}
