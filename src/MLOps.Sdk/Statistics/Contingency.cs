namespace MLOps.Statistics;

/// <summary>A 2 x k table of counts without categories that neither sample has.</summary>
internal readonly struct Contingency
{
    private Contingency(List<(double A, double B)> columns, double a, double b) => (Columns, A, B) = (columns, a, b);

    public List<(double A, double B)> Columns { get; }

    public double A { get; }

    public double B { get; }

    public bool IsEmpty => A == 0 || B == 0;

    public int DegreesOfFreedom => Math.Max(0, Columns.Count - 1);

    public static Contingency Of(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double minExpected = 0)
    {
        if (reference.Length != current.Length)
            throw new MLOpsInvalidException($"The reference has {reference.Length} categories and the current sample {current.Length}: count both over the same list, with 0 where a category is missing.");
        if (!(minExpected >= 0)) throw new MLOpsInvalidException($"MinExpected is {minExpected}: it must be at least 0.");
        double a = 0, b = 0;
        var columns = new List<(double A, double B)>(reference.Length);
        for (var i = 0; i < reference.Length; i++)
        {
            if (reference[i] < 0 || current[i] < 0) throw new MLOpsInvalidException($"The count of category {i} is negative.");
            if (reference[i] == 0 && current[i] == 0) continue;
            columns.Add((reference[i], current[i]));
            a += reference[i];
            b += current[i];
        }

        if (minExpected > 0 && a > 0 && b > 0) columns = Pool(columns, a, b, minExpected / (Math.Min(a, b) / (a + b)));
        return new(columns, a, b);
    }

    // The thin columns become one; while that one is still thin, it swallows the thinnest of the others (equal ones by a key that treats both samples alike).
    private static List<(double A, double B)> Pool(List<(double A, double B)> columns, double a, double b, double minTotal)
    {
        var byTotal = columns.OrderBy(c => c.A + c.B).ThenBy(c => Math.Max(c.A / a, c.B / b)).ThenBy(c => c.A).ToList();
        (double A, double B) pool = default;
        var taken = 0;
        while (taken < byTotal.Count && (byTotal[taken].A + byTotal[taken].B < minTotal || (taken > 0 && pool.A + pool.B < minTotal)))
        {
            pool = (pool.A + byTotal[taken].A, pool.B + byTotal[taken].B);
            taken++;
        }

        if (taken == 0) return columns;
        byTotal.RemoveRange(0, taken);
        byTotal.Add(pool);
        return byTotal;
    }

    /// <summary>The observed and expected count of every cell.</summary>
    public IEnumerable<(double Observed, double Expected)> Cells()
    {
        foreach (var (a, b) in Columns)
        {
            var total = a + b;
            yield return (a, total * (A / (A + B)));
            yield return (b, total * (B / (A + B)));
        }
    }
}
