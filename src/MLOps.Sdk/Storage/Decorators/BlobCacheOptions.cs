namespace MLOps.Storage;

/// <summary>Where blobs that were read are kept on the local disk, and how many.</summary>
public sealed class BlobCacheOptions
{
    /// <summary>The folder. Several processes of one machine may share it, and anybody may empty it at any time. It must not be used for anything else.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The most bytes the folder holds, from 1 MiB; 10 GiB by default. Each process may go beyond it by a sixteenth until it tidies up.</summary>
    public long MaxBytes { get; set; } = 10L << 30;

    /// <summary>Blobs up to this length are fetched whole when a part of them is asked for; longer ones when all is. 16 MiB by default.</summary>
    public long WholeUpTo { get; set; } = 16 << 20;

    internal BlobCacheOptions Require()
    {
        if (string.IsNullOrWhiteSpace(Folder)) throw new MLOpsInvalidException($"{nameof(BlobCacheOptions)}.{nameof(Folder)} is empty: give a folder on the local disk.");
        if (MaxBytes < 1 << 20) throw new MLOpsInvalidException($"{nameof(BlobCacheOptions)}.{nameof(MaxBytes)} is {MaxBytes}: at least 1 MiB ({1 << 20}) is needed.");
        if (WholeUpTo < 0) throw new MLOpsInvalidException($"{nameof(BlobCacheOptions)}.{nameof(WholeUpTo)} is {WholeUpTo}: it is a length in bytes, at least 0.");
        return this;
    }
}
