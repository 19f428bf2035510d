using System.Diagnostics;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Times a piece of work.</summary>
internal static class Clock
{
    public static async Task<double> SecondsAsync(Func<Task> work)
    {
        Settle();
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static double Seconds(Action work)
    {
        Settle();
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Nanoseconds of one of many calls that <paramref name="work"/> makes.</summary>
    public static double Nanoseconds(int calls, Action<int> work) => Seconds(() => work(calls)) * 1e9 / calls;

    // What one side left to collect is not to be paid by the other.
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
