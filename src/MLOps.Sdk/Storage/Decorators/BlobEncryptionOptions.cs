namespace MLOps.Storage;

/// <summary>With which keys blobs are encrypted before they leave the process.</summary>
public sealed class BlobEncryptionOptions
{
    /// <summary>
    /// The id of the key that new blobs are encrypted with: 1 to 64 bytes of UTF-8. It is stored, readable, in front of each blob. To change the
    /// key, give the new one another id here; older blobs are read with the key of theirs for as long as <see cref="Key"/> knows it.
    /// </summary>
    public string KeyId { get; set; } = "";

    /// <summary>
    /// Gives the key of an id: 32 random bytes, from a key vault for instance; null when there is none of that id. Asked for every blob that is
    /// written or opened, by many callers at once, so that one that is slow to answer should remember. The library keeps no copy.
    /// </summary>
    public Func<string, CancellationToken, ValueTask<byte[]?>>? Key { get; set; }

    internal BlobEncryptionOptions Require()
    {
        if (string.IsNullOrEmpty(KeyId) || System.Text.Encoding.UTF8.GetByteCount(FieldValue.RequireText(KeyId, "key id")) > 64)
            throw new MLOpsInvalidException($"{nameof(BlobEncryptionOptions)}.{nameof(KeyId)} is '{Name.Shown(KeyId)}': 1 to 64 bytes of UTF-8 are allowed.");
        if (Key is null) throw new MLOpsInvalidException($"{nameof(BlobEncryptionOptions)}.{nameof(Key)} is not set: give a callback that finds the key of an id.");
        return this;
    }
}
