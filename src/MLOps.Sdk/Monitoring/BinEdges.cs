namespace MLOps.Monitoring;

/// <summary>Cuts a baseline column into bins of about equal counts.</summary>
internal static class BinEdges
{
    private const int Bins = 32, LargestIntegerValues = 50;

    /// <summary>The inner edges, rising, each strictly between two neighbouring values: none for a constant column.</summary>
    /// <param name="sorted">Finite values in ascending order.</param>
    public static double[] Of(ReadOnlySpan<double> sorted)
    {
        var (values, counts) = Distinct(sorted);
        var edges = new List<double>();
        if (values.Count <= LargestIntegerValues && values.All(double.IsInteger))
        {
            for (var i = 1; i < values.Count; i++) edges.Add(Between(values[i - 1], values[i]));
            return [.. edges];
        }

        // A bin is closed when the next value would take it further from its share of what is left, and before a value that fills a bin alone.
        long left = sorted.Length, held = 0;
        var open = Bins;
        for (var i = 0; i < values.Count; i++)
        {
            var share = (left + open - 1) / open;
            if (held > 0 && open > 1 && (held + counts[i] / 2.0 >= share || counts[i] >= share))
            {
                edges.Add(Between(values[i - 1], values[i]));
                left -= held;
                held = 0;
                open--;
            }

            held += counts[i];
        }

        return [.. edges];
    }

    private static (List<double> Values, List<long> Counts) Distinct(ReadOnlySpan<double> sorted)
    {
        List<double> values = [];
        List<long> counts = [];
        foreach (var value in sorted)
        {
            if (values.Count > 0 && values[^1] == value) counts[^1]++;
            else
            {
                values.Add(value);
                counts.Add(1);
            }
        }

        return (values, counts);
    }

    // Neighbouring doubles have nothing between them: then the upper one is the edge, which belongs to the upper bin.
    private static double Between(double lower, double upper)
    {
        var middle = lower + (upper - lower) / 2;
        return middle > lower && middle < upper ? middle : upper;
    }
}
