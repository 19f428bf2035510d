using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLOps.Statistics;

/// <summary>
/// Sorts some hundred doubles without a branch to mispredict: columns of eight through a sorting network, then merges from both ends at once. O(n log n), no allocation.
/// No NaN and no negative zero.
/// </summary>
internal static class RunSort
{
    private const int Run = 8, Block = 32;

    /// <summary>Sorts <paramref name="values"/>; <paramref name="scratch"/> is at least as long and is overwritten.</summary>
    public static void Sort(Span<double> values, Span<double> scratch)
    {
        var blocks = values.Length / Block * Block;
        for (var start = 0; start < blocks; start += Block) SortColumns(ref values[start]);
        for (var start = blocks; start < values.Length; start += Run) Insert(values[start..Math.Min(start + Run, values.Length)]);
        Span<double> from = values, to = scratch[..values.Length];
        for (var width = Run; width < values.Length; width *= 2)
        {
            for (var start = 0; start < from.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, from.Length), end = Math.Min(start + 2 * width, from.Length);
                if (end - start == 2 * width) MergeEqual(ref from[start], ref to[start], width);
                else Merge(from[start..middle], from[middle..end], to[start..end]);
            }

            var other = from;
            from = to;
            to = other;
        }

        if (!from.Overlaps(values)) from.CopyTo(values);
    }

    /// <summary>
    /// Merges two sorted spans. <paramref name="to"/> may end where <paramref name="right"/> ends, in the same memory: what is written lies before what is still to be read.
    /// </summary>
    public static void Merge(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> to)
    {
        ref var l = ref MemoryMarshal.GetReference(left);
        ref var r = ref MemoryMarshal.GetReference(right);
        nint i = 0, j = 0, n = left.Length, m = right.Length;
        ref var o = ref MemoryMarshal.GetReference(to);
        while (i < n && j < m)
        {
            double a = Unsafe.Add(ref l, i), b = Unsafe.Add(ref r, j);
            var takesLeft = a <= b;
            Unsafe.Add(ref o, i + j) = double.MinNative(a, b);
            nint step = Unsafe.As<bool, byte>(ref takesLeft);
            i += step;
            j += 1 - step;
        }

        if (i < n) left[(int)i..].CopyTo(to[(int)(i + j)..]);
        else right[(int)j..].CopyTo(to[(int)(i + j)..]);
    }

    // Two neighbouring runs of equal length: as many steps from the front as from the back can leave neither run, so that no step needs a bound.
    private static void MergeEqual(ref double from, ref double to, int width)
    {
        nint left = 0, right = width, leftEnd = width - 1, rightEnd = 2 * width - 1;
        for (nint front = 0, back = 2 * width - 1; front < width; front++, back--)
        {
            double a = Unsafe.Add(ref from, left), b = Unsafe.Add(ref from, right);
            var takesLeft = a <= b;
            Unsafe.Add(ref to, front) = double.MinNative(a, b);
            nint step = Unsafe.As<bool, byte>(ref takesLeft);
            left += step;
            right += 1 - step;

            double c = Unsafe.Add(ref from, leftEnd), d = Unsafe.Add(ref from, rightEnd);
            var takesRight = c <= d;
            Unsafe.Add(ref to, back) = double.MaxNative(c, d);
            step = Unsafe.As<bool, byte>(ref takesRight);
            rightEnd -= step;
            leftEnd -= 1 - step;
        }
    }

    // Thirty-two values as eight rows of four: Batcher's odd-even network sorts the four columns at once, and each column becomes a run.
    private static void SortColumns(ref double values)
    {
        ref var rows = ref Unsafe.As<double, Vector256<double>>(ref values);
        Vector256<double> a = rows, b = Unsafe.Add(ref rows, 1), c = Unsafe.Add(ref rows, 2), d = Unsafe.Add(ref rows, 3);
        Vector256<double> e = Unsafe.Add(ref rows, 4), f = Unsafe.Add(ref rows, 5), g = Unsafe.Add(ref rows, 6), h = Unsafe.Add(ref rows, 7);
        Order(ref a, ref b); Order(ref c, ref d); Order(ref e, ref f); Order(ref g, ref h);
        Order(ref a, ref c); Order(ref b, ref d); Order(ref e, ref g); Order(ref f, ref h);
        Order(ref b, ref c); Order(ref f, ref g); Order(ref a, ref e); Order(ref b, ref f);
        Order(ref c, ref g); Order(ref d, ref h); Order(ref c, ref e); Order(ref d, ref f);
        Order(ref b, ref c); Order(ref d, ref e); Order(ref f, ref g);
        Turn(a, b, c, d, ref values);
        Turn(e, f, g, h, ref Unsafe.Add(ref values, 4));
    }

    private static void Turn(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d, ref double to)
    {
        for (var column = 0; column < 4; column++)
        {
            ref var start = ref Unsafe.Add(ref to, column * Run);
            start = a.GetElement(column);
            Unsafe.Add(ref start, 1) = b.GetElement(column);
            Unsafe.Add(ref start, 2) = c.GetElement(column);
            Unsafe.Add(ref start, 3) = d.GetElement(column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Order(ref Vector256<double> low, ref Vector256<double> high)
    {
        var smaller = Vector256.MinNative(low, high);
        high = Vector256.MaxNative(low, high);
        low = smaller;
    }

    private static void Insert(Span<double> run)
    {
        for (var i = 1; i < run.Length; i++)
        {
            var value = run[i];
            var j = i;
            for (; j > 0 && run[j - 1] > value; j--) run[j] = run[j - 1];
            run[j] = value;
        }
    }
}
