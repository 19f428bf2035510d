namespace MLOps.Models;

/// <summary>Makes a model from a folder of files.</summary>
/// <param name="Key">The word that records keep.</param>
/// <param name="Load">The user's function.</param>
internal sealed record FolderModelLoader(string Key, Func<ModelFiles, CancellationToken, ValueTask<object>> Load);
