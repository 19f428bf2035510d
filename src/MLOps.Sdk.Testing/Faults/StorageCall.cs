namespace MLOps.Testing;

/// <summary>A call on one of the storage seams, at which a <see cref="Fault"/> may happen.</summary>
public enum StorageCall
{
    /// <summary><c>IBlobStore.WriteAsync</c>; torn, the first bytes become the whole blob.</summary>
    BlobWrite,

    /// <summary><c>IBlobStore.OpenAsync</c>; torn, the stream breaks off.</summary>
    BlobOpen,

    /// <summary><c>IBlobStore.StatAsync</c>.</summary>
    BlobStat,

    /// <summary><c>IBlobStore.DeleteAsync</c>.</summary>
    BlobDelete,

    /// <summary><c>IBlobStore.ListAsync</c>; torn, it breaks off.</summary>
    BlobList,

    /// <summary><c>IRecordStore.GetAsync</c>.</summary>
    RecordGet,

    /// <summary><c>IRecordStore.QueryAsync</c>.</summary>
    RecordQuery,

    /// <summary><c>IRecordStore.CommitAsync</c>; torn, only the first operations happen.</summary>
    RecordCommit,

    /// <summary><c>IRecordStore.WatchAsync</c>; torn, it breaks off.</summary>
    RecordWatch,

    /// <summary><c>IStreamStore.AppendAsync</c>; torn, only the first blocks are written.</summary>
    StreamAppend,

    /// <summary><c>IStreamStore.ReadAsync</c>; torn, it breaks off.</summary>
    StreamRead,

    /// <summary><c>IStreamStore.StatAsync</c>.</summary>
    StreamStat,

    /// <summary><c>IStreamStore.ListAsync</c>; torn, it breaks off.</summary>
    StreamList,

    /// <summary><c>IStreamStore.TruncateAsync</c>.</summary>
    StreamTruncate,
}
