namespace MLOps.Models;

/// <summary>A model as files.</summary>
/// <param name="Facts">What the format must know to load it again: a registered key, a framework's version. No secrets, no type names.</param>
/// <param name="Files">At least one.</param>
public sealed record ModelPackage(IReadOnlyDictionary<string, string> Facts, IReadOnlyList<ModelPackageFile> Files);
