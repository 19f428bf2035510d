namespace MLOps.Serving;

/// <summary>An answer as a number, for types that are one.</summary>
internal static class Score
{
    /// <summary>The default for a type; null when it is no number.</summary>
    public static Func<TOutput, double>? Default<TOutput>()
    {
        Delegate? score = null;
        if (typeof(TOutput) == typeof(double)) score = (double v) => v;
        else if (typeof(TOutput) == typeof(float)) score = (float v) => (double)v;
        else if (typeof(TOutput) == typeof(int)) score = (int v) => (double)v;
        else if (typeof(TOutput) == typeof(long)) score = (long v) => (double)v;
        else if (typeof(TOutput) == typeof(bool)) score = (bool v) => v ? 1.0 : 0.0;
        else if (typeof(TOutput) == typeof(decimal)) score = (decimal v) => (double)v;
        return (Func<TOutput, double>?)score;
    }
}
