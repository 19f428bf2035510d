namespace MLOps.Models;

/// <summary>An opaque folder of files to be registered as a model, and the key of the loader that understands it.</summary>
/// <param name="Path">The folder; all files under it are stored. Symbolic links are an error.</param>
/// <param name="Loader">The key of a loader registered with <c>AddModelLoader</c>.</param>
public sealed record ModelFolder(string Path, string Loader);
