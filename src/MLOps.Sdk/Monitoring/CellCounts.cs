using MLOps.Data;

namespace MLOps.Monitoring;

/// <summary>The counts of baseline and window, cell by cell; categories have one cell more, for all others.</summary>
internal static class CellCounts
{
    public static long[] Cells(this FeatureProfile baseline) =>
        baseline.Kind is FeatureKind.Number ? [.. baseline.Counts] : [.. baseline.Counts, baseline.OtherCount];

    public static long[] Cells(this FeatureSample current) => current.Counts as long[] ?? [.. current.Counts];

    /// <summary>Values that are not missing.</summary>
    public static long Present(this FeatureSample current) => current.Rows - current.Missing;
}
