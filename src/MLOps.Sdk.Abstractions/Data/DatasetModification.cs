namespace MLOps.Data;

/// <summary>A path whose content differs between two versions.</summary>
/// <param name="Before">The file before.</param>
/// <param name="After">The file after.</param>
/// <param name="ReusedBytes">How many bytes of the new content lie in chunks that the old one has too.</param>
/// <param name="NewBytes">How many do not.</param>
public sealed record DatasetModification(DatasetFile Before, DatasetFile After, long ReusedBytes, long NewBytes);
