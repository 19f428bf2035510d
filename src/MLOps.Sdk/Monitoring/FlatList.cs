namespace MLOps.Monitoring;

/// <summary>Numbers of a document as an array, without a copy where they are one.</summary>
internal static class FlatList
{
    public static double[] Flat(this IReadOnlyList<double> values) => values as double[] ?? [.. values];
}
