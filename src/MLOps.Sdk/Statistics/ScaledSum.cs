using System.Numerics;
using System.Runtime.InteropServices;

namespace MLOps.Statistics;

/// <summary>Adds a multiple of one vector to another.</summary>
internal static class ScaledSum
{
    public static void Add(ReadOnlySpan<double> from, double factor, Span<double> to)
    {
        ReadOnlySpan<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(from);
        var y = MemoryMarshal.Cast<double, Vector<double>>(to);
        for (var i = 0; i < y.Length; i++) y[i] += x[i] * factor;
        for (var i = y.Length * Vector<double>.Count; i < to.Length; i++) to[i] += from[i] * factor;
    }
}
