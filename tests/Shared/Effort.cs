namespace MLOps.Tests;

/// <summary>How much a heavy test does: the counts of the acceptance lines under <c>tests/run.sh --full</c>, fewer otherwise.</summary>
internal static class Effort
{
    /// <summary>True under <c>--full</c>.</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("MLOPS_TESTS_FULL") == "1";

    /// <summary>One of two counts.</summary>
    public static int Of(int reduced, int full) => Full ? full : reduced;
}
