namespace MLOps.Statistics;

/// <summary>How a test on counts treats thin categories.</summary>
public sealed record ChiSquareOptions
{
    /// <summary>
    /// Categories whose expected count in either sample is below this are pooled into one before the test (the usual rule of thumb is 5). 0, the default, pools nothing.
    /// At least 0.
    /// </summary>
    public double MinExpected { get; init; }

    /// <summary>Pools categories with an expected count below 5.</summary>
    public static ChiSquareOptions Pooled { get; } = new() { MinExpected = 5 };
}
