namespace MLOps.Data;

/// <summary>One edit of a <see cref="DatasetChange"/>.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Path">The file's path in the dataset; the local folder for <see cref="DatasetEditKind.Folder"/>.</param>
/// <param name="Open">Opens the content of a put.</param>
public sealed record DatasetEdit(DatasetEditKind Kind, string Path, Func<Stream>? Open);
