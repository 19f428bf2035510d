namespace MLOps.Storage.Folder;

/// <summary>Says in plain words what a file system refused.</summary>
internal static class FolderErrors
{
    private const int DiskFullUnix = 28, QuotaLinux = 122, ReadOnlyUnix = 30, DiskFullWindows = unchecked((int)0x80070070), HandleDiskFullWindows = unchecked((int)0x80070027);

    public static MLOpsUnavailableException Of(Exception error, string what) => error switch
    {
        _ when error.HResult is DiskFullUnix or QuotaLinux or DiskFullWindows or HandleDiskFullWindows =>
            new MLOpsUnavailableException($"{what}: the disk is full. Nothing became visible. Make room and try again.", error),
        _ when error.HResult == ReadOnlyUnix || error is UnauthorizedAccessException =>
            new MLOpsUnavailableException($"{what}: {error.Message} This user must be allowed to write the folder.", error),
        _ => new MLOpsUnavailableException($"{what}: {error.Message}", error),
    };
}
