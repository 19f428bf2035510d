namespace MLOps.Storage.Objects;

/// <summary>An object, or a range of it, being read.</summary>
/// <param name="Content">The bytes from the asked offset to the asked end, or to the object's end when that comes first; disposing it ends the request.</param>
/// <param name="Length">The length of the whole object in bytes; 0 when the range begins at the object's end or beyond.</param>
/// <param name="Tag">Names this state of the object (its ETag), so that a later range can ask for the same; null when the store has none.</param>
public sealed record ObjectBody(Stream Content, long Length, string? Tag);
