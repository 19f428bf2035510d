using System.Runtime.InteropServices;

namespace MLOps.Serving;

/// <summary>
/// Counts the calls that are inside a generation, so that it can be retired while they run and disposed after the last:
/// one counter per processor, each on its own cache lines, so that callers on different processors never contend.
/// </summary>
/// <remarks>
/// Why it is right: a caller first counts itself and then looks whether the generation is retired; retiring first marks
/// and then looks at the counters. Both are full fences, so either the caller sees the mark and leaves, or its count is
/// seen. A caller leaves by the counter it came in by, so no counter is ever negative, and "all are zero" after the mark
/// means that no caller who was let in is left. Whoever leaves a retired generation looks again, so the last one finds it.
/// </remarks>
internal sealed class LeaseCount
{
    private static readonly int s_stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);

    // The first stripe shares its lines with the array's header and is left empty.
    private readonly Stripe[] _stripes = new Stripe[s_stripes + 1];
    private int _retired;
    private int _drained;

    /// <summary>Enters; false when the generation is retired, and then nothing is to be left.</summary>
    /// <param name="stripe">To be given back to <see cref="Leave"/>.</param>
    /// <param name="drained">True when this failed attempt was the last thing in the way: the caller must dispose.</param>
    public bool TryEnter(out int stripe, out bool drained)
    {
        stripe = (Thread.GetCurrentProcessorId() & (s_stripes - 1)) + 1;
        drained = false;
        Interlocked.Increment(ref _stripes[stripe].Inside);
        if (Volatile.Read(ref _retired) == 0) return true;
        drained = Leave(stripe);
        return false;
    }

    /// <summary>Leaves; true exactly once: for whoever must dispose the generation now.</summary>
    public bool Leave(int stripe)
    {
        Interlocked.Decrement(ref _stripes[stripe].Inside);
        return Volatile.Read(ref _retired) != 0 && IsDrained();
    }

    /// <summary>Lets nobody in any more; true when nobody is inside, and the caller must dispose.</summary>
    public bool Retire()
    {
        Interlocked.Exchange(ref _retired, 1);
        return IsDrained();
    }

    private bool IsDrained()
    {
        for (var i = 1; i < _stripes.Length; i++)
            if (Volatile.Read(ref _stripes[i].Inside) != 0) return false;
        return Interlocked.Exchange(ref _drained, 1) == 0;
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Stripe
    {
        public int Inside;
    }
}
