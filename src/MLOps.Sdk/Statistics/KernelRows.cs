using System.Numerics;
using System.Runtime.InteropServices;

namespace MLOps.Statistics;

/// <summary>Two samples of rows, made comparable, with the Gaussian kernel over them.</summary>
internal sealed class KernelRows
{
    private readonly double[] _a, _b;
    private readonly int _columns;
    private readonly double _exponent;

    private KernelRows(double[] a, double[] b, int columns, double bandwidth, int scale)
    {
        (_a, _b, _columns) = (a, b, columns);
        Bandwidth = Math.Clamp(Math.ScaleB(bandwidth, scale), 0, double.MaxValue);
        _exponent = bandwidth > 0 ? -0.5 / bandwidth / bandwidth : 0;
    }

    public int ReferenceCount => _a.Length / _columns;

    public int CurrentCount => _b.Length / _columns;

    public double Bandwidth { get; }

    public static KernelRows Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int columns, MeanDiscrepancyOptions options)
    {
        if (columns < 1) throw new MLOpsInvalidException($"columns is {columns}: a row has at least 1 value.");
        if (reference.Length % columns != 0) throw new MLOpsInvalidException($"reference holds {reference.Length} values: that is no whole number of rows of {columns}.");
        if (current.Length % columns != 0) throw new MLOpsInvalidException($"current holds {current.Length} values: that is no whole number of rows of {columns}.");
        if (options.Bandwidth is { } given && !(given > 0 && double.IsFinite(given))) throw new MLOpsInvalidException($"Bandwidth is {given}: it must be above 0 and finite.");
        if (options.LargestMedianSample < 2) throw new MLOpsInvalidException($"LargestMedianSample is {options.LargestMedianSample}: a distance needs at least 2 rows.");
        double[] a = FiniteRows(reference, columns), b = FiniteRows(current, columns);
        if (options.Standardise)
            for (var column = 0; column < columns; column++) Standardise(a, b, column, columns);
        var scale = Rescale(a, b);
        var bandwidth = options.Bandwidth is { } sigma ? Math.Clamp(Math.ScaleB(sigma, -scale), double.Epsilon, double.MaxValue) : MedianDistance(a, b, columns, options.LargestMedianSample);
        return new(a, b, columns, bandwidth, scale);
    }

    /// <summary>exp(-|x - y|^2 / (2 sigma^2)) of two rows, numbered through the reference and then the current sample.</summary>
    public double Similarity(int i, int j)
    {
        var square = SquaredDistance(Row(i), Row(j));
        return square == 0 ? 1 : Math.Exp(_exponent * square);
    }

    private ReadOnlySpan<double> Row(int i) => i < ReferenceCount ? _a.AsSpan(i * _columns, _columns) : _b.AsSpan((i - ReferenceCount) * _columns, _columns);

    private static double[] FiniteRows(ReadOnlySpan<double> values, int columns)
    {
        var kept = new List<double>(values.Length);
        for (; !values.IsEmpty; values = values[columns..])
        {
            var finite = true;
            foreach (var value in values[..columns]) finite &= double.IsFinite(value);
            if (finite) kept.AddRange(values[..columns]);
        }

        return [.. kept];
    }

    private static void Standardise(double[] a, double[] b, int column, int columns)
    {
        var largest = 0.0;
        for (var i = column; i < a.Length; i += columns) largest = Math.Max(largest, Math.Abs(a[i]));
        for (var i = column; i < b.Length; i += columns) largest = Math.Max(largest, Math.Abs(b[i]));
        if (largest == 0) return;
        // By a power of two, which loses nothing: squares stay within the range of a double.
        var exponent = -Math.ILogB(largest);
        var values = new double[a.Length / columns];
        for (var i = 0; i < values.Length; i++) values[i] = Math.ScaleB(a[column + i * columns], exponent);
        var moments = Moments.Of(values);
        var deviation = moments.Min < moments.Max && moments.SumOfSquares > 0 ? moments.StandardDeviation(0) : Math.ScaleB(1, Math.Clamp(exponent, -900, 900));
        for (var i = column; i < a.Length; i += columns) a[i] = (Math.ScaleB(a[i], exponent) - moments.Mean) / deviation;
        for (var i = column; i < b.Length; i += columns) b[i] = (Math.ScaleB(b[i], exponent) - moments.Mean) / deviation;
    }

    // Values whose squares would leave the range of a double are multiplied by one power of two; returns how often they were halved.
    private static int Rescale(double[] a, double[] b)
    {
        var largest = 0.0;
        foreach (var value in a) largest = Math.Max(largest, Math.Abs(value));
        foreach (var value in b) largest = Math.Max(largest, Math.Abs(value));
        if (largest is 0 or (> 1e-100 and < 1e100)) return 0;
        var exponent = Math.ILogB(largest);
        foreach (ref var value in a.AsSpan()) value = Math.ScaleB(value, -exponent);
        foreach (ref var value in b.AsSpan()) value = Math.ScaleB(value, -exponent);
        return exponent;
    }

    private static double MedianDistance(double[] a, double[] b, int columns, int most)
    {
        int n = a.Length / columns, rows = n + b.Length / columns, taken = Math.Min(rows, most);
        if (taken < 2) return 0;
        var distances = new double[(int)Math.Min((long)taken * (taken - 1) / 2, Array.MaxLength)];
        var count = 0;
        for (var i = 0; i < taken; i++)
            for (var j = i + 1; j < taken && count < distances.Length; j++) distances[count++] = Math.Sqrt(SquaredDistance(Row(i), Row(j)));
        using var sorted = SortedSample.Of(distances);
        var median = Quantile.OfSorted(sorted.Values, 0.5);
        // Mostly equal rows: the mean distance still has the data's scale.
        return median > 0 ? median : Moments.Of(distances).Mean;

        ReadOnlySpan<double> Row(int i)
        {
            var row = (int)((long)i * rows / taken);
            return row < n ? a.AsSpan(row * columns, columns) : b.AsSpan((row - n) * columns, columns);
        }
    }

    private static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ReadOnlySpan<Vector<double>> vx = MemoryMarshal.Cast<double, Vector<double>>(x), vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        var sums = Vector<double>.Zero;
        for (var i = 0; i < vx.Length; i++) sums += (vx[i] - vy[i]) * (vx[i] - vy[i]);
        var sum = Vector.Sum(sums);
        for (var i = vx.Length * Vector<double>.Count; i < x.Length; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
        return sum;
    }
}
