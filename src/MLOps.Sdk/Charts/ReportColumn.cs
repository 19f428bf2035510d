namespace MLOps.Charts;

/// <summary>A column of a report's table.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="IsNumeric">Whether it holds numbers, which are aligned to the right.</param>
public sealed record ReportColumn(string Name, bool IsNumeric = false);
