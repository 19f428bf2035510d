namespace MLOps.Serving;

/// <summary>One call in sixteen of each thread: what costs too much for every call.</summary>
internal static class Sampling
{
    [ThreadStatic]
    private static uint t_calls;

    public static bool Next() => (++t_calls & 15) == 0;
}
