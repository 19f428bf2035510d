using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace MLOps.Statistics;

/// <summary>The rules that values and parameters of the stream detectors obey.</summary>
internal static class DetectorRules
{
    private const double Largest = 1e100;

    /// <summary>Finite, and small enough for a sum of squares to stay finite. NaN fails the comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finite(double value)
    {
        if (!(Math.Abs(value) <= Largest)) Refuse("value", value, "a finite number of magnitude at most 1e100");
    }

    /// <summary>An error rate or a single error: 0..1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Share(double value)
    {
        if (!(value >= 0 && value <= 1)) Refuse("value", value, "between 0 and 1");
    }

    public static double Probability(double value, string name)
    {
        if (!(value > 0 && value < 1)) Refuse(name, value, "between 0 and 1, both excluded");
        return value;
    }

    public static double AtLeast(double value, double least, string name)
    {
        if (!(value >= least && value <= Largest)) Refuse(name, value, string.Create(CultureInfo.InvariantCulture, $"a finite number of at least {least}"));
        return value;
    }

    public static int AtLeast(int value, int least, string name)
    {
        if (value < least) Refuse(name, value, string.Create(CultureInfo.InvariantCulture, $"at least {least}"));
        return value;
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Refuse(string name, double value, string rule) =>
        throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The detector's {name} is {value}: it must be {rule}."));
}
