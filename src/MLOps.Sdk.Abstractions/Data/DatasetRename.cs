namespace MLOps.Data;

/// <summary>A file that another version has under another path.</summary>
/// <param name="From">The path before.</param>
/// <param name="To">The file as it is now; its content is the same.</param>
public sealed record DatasetRename(string From, DatasetFile To);
