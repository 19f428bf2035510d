using System.Numerics;
using System.Runtime.InteropServices;

namespace MLOps.Benchmarks.References;

/// <summary>The least that any pass over doubles costs: a vectorised sum with four accumulators.</summary>
internal static class BareSum
{
    public static double Of(ReadOnlySpan<double> values)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        var (a, b, c, d) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var i = 0;
        for (; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        for (; i < vectors.Length; i++) a += vectors[i];
        var sum = Vector.Sum(a + b + c + d);
        foreach (var value in values[(vectors.Length * Vector<double>.Count)..]) sum += value;
        return sum;
    }
}
