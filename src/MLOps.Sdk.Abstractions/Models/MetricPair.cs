namespace MLOps.Models;

/// <summary>A metric of two versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Left">Of the left; NaN when it has none.</param>
/// <param name="Right">Of the right; NaN when it has none.</param>
public sealed record MetricPair(string Name, double Left, double Right)
{
    /// <summary>Right less left; NaN unless both have it.</summary>
    public double Difference => Right - Left;
}
