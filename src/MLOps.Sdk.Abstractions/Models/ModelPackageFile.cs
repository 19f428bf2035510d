namespace MLOps.Models;

/// <summary>A file of a package.</summary>
/// <param name="Path">See <see cref="Name.RequirePath"/>.</param>
/// <param name="Open">Gives the content from its beginning, the same each time.</param>
public sealed record ModelPackageFile(string Path, Func<Stream> Open);
