namespace MLOps.Storage.Objects;

/// <summary>One write of one object.</summary>
/// <param name="Key">The object's whole name, the store's prefix included.</param>
/// <param name="Writer">An id of this write, to be kept with the object: so a writer who is told that the object exists can see whether it is its own, written by an earlier attempt whose answer was lost.</param>
public sealed record ObjectWrite(string Key, string Writer)
{
    /// <summary>True, the default, to write only while there is no such object, decided by the server in one step (<c>If-None-Match: *</c>).</summary>
    public bool IfAbsent { get; init; } = true;

    /// <summary>The SHA-256 of the bytes where it is known, for a store that checks what arrives.</summary>
    public Digest? Digest { get; init; }
}
