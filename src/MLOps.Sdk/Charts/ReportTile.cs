namespace MLOps.Charts;

/// <summary>A key number, shown large.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Value">The number, formatted, with its unit.</param>
/// <param name="Note">A short remark under it, such as the value before; null for none.</param>
/// <param name="Tone">What it means.</param>
public sealed record ReportTile(string Label, string Value, string? Note = null, ReportTone Tone = ReportTone.Neutral);
