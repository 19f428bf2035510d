using System.Globalization;

namespace MLOps.Benchmarks.Ratios;

/// <summary>What a figure should reach.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="IsFloor">True for "at least", false for "at most".</param>
/// <param name="Unit">Printed behind the bound: <c>x</c>, <c> ns</c>, <c> B</c>.</param>
internal readonly record struct Goal(double Bound, bool IsFloor, string Unit)
{
    public static Goal AtLeast(double bound, string unit = "x") => new(bound, true, unit);

    public static Goal AtMost(double bound, string unit = "x") => new(bound, false, unit);

    public bool IsMet(double value) => IsFloor ? value >= Bound : value <= Bound;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsFloor ? ">=" : "<=")}{Bound:0.##}{Unit}");
}
