namespace MLOps.Benchmarks.References;

/// <summary>Kolmogorov-Smirnov and Wasserstein as a textbook does them: sort copies of both samples with <see cref="Array.Sort{T}(T[])"/>, then one merge for both.</summary>
internal static class ArraySortTwoSample
{
    public static (double Ks, double Wasserstein) Compare(double[] a, double[] b)
    {
        var (x, y) = ((double[])a.Clone(), (double[])b.Clone());
        Array.Sort(x);
        Array.Sort(y);
        double ks = 0, wasserstein = 0, last = 0;
        var first = true;
        for (int i = 0, j = 0; i < x.Length || j < y.Length;)
        {
            var at = j >= y.Length || (i < x.Length && x[i] <= y[j]) ? x[i] : y[j];
            var gap = Math.Abs((double)i / x.Length - (double)j / y.Length);
            if (!first) wasserstein += gap * (at - last);
            while (i < x.Length && x[i] == at) i++;
            while (j < y.Length && y[j] == at) j++;
            ks = Math.Max(ks, Math.Abs((double)i / x.Length - (double)j / y.Length));
            (last, first) = (at, false);
        }

        return (ks, wasserstein);
    }
}
