using System.Runtime.InteropServices;

namespace MLOps.Storage;

/// <summary>What a file system says of a file without reading it: while this is unchanged, so is the content.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Modified">Nanoseconds since 1970.</param>
/// <param name="Changed">Nanoseconds since 1970 when its inode last changed, which no program can set back; 0 where there is no such time.</param>
/// <param name="Inode">Its number in the file system; 0 where there is none.</param>
readonly partial record struct FileStamp(long Length, long Modified, long Changed, ulong Inode)
{
    private const int AtFolder = -100, NoFollow = 0x100, Wanted = 0x2 | 0x40 | 0x80 | 0x100 | 0x200 | 0x1;
    private const int TypeMask = 0xF000, RegularFile = 0x8000, SymbolicLink = 0xA000;

    private static volatile bool s_portable = !OperatingSystem.IsLinux();

    /// <summary>The stamp of a regular file; null when there is no file.</summary>
    /// <exception cref="MLOpsInvalidException">It is a symbolic link, or neither file nor folder.</exception>
    public static FileStamp? Of(string path)
    {
        if (!s_portable)
        {
            try
            {
                return OfLinux(path);
            }
            catch (EntryPointNotFoundException)
            {
                // An old C library.
                s_portable = true;
            }
        }

        var file = new FileInfo(path);
        LocalFiles.RefuseLink(file);
        return file.Exists ? new(file.Length, (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100, 0, 0) : null;
    }

    private static unsafe FileStamp? OfLinux(string path)
    {
        // struct statx has the same layout on every architecture: 256 bytes.
        var stat = stackalloc byte[256];
        if (Statx(AtFolder, path, NoFollow, Wanted, stat) != 0) return null;
        var type = *(ushort*)(stat + 28) & TypeMask;
        if (type != RegularFile)
        {
            if (type == SymbolicLink) LocalFiles.RefuseLink(new FileInfo(path));
            throw new MLOpsInvalidException($"'{path}' is neither a file nor a folder, so it cannot be stored. Remove it, or store another folder.");
        }

        return new(*(long*)(stat + 40), Nanoseconds(stat + 112), Nanoseconds(stat + 96), *(ulong*)(stat + 32));

        static long Nanoseconds(byte* time) => (*(long*)time * 1_000_000_000) + *(uint*)(time + 8);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* stat);
}
