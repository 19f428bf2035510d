namespace MLOps.Data;

/// <summary>A cell that differs between two versions of a row. Text as it is written in the file; JSON strings have their quotes.</summary>
/// <param name="Column">The column, or the name of the JSON member.</param>
/// <param name="Before">Its text before; null when the row had no such cell.</param>
/// <param name="After">Its text after; null when the row has no such cell.</param>
public sealed record CellChange(string Column, string? Before, string? After);
