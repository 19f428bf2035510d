using System.Runtime.InteropServices;

namespace MLOps.Storage.Folder;

/// <summary>Gives a file its final name unless the name is taken, in one step of the file system.</summary>
internal static partial class HardLink
{
    private const int Exists = 17;

    /// <summary>True when the file has the name now, false when another file had it. The temporary name may remain.</summary>
    public static bool TryMove(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Unlike rename(2), link(2) never replaces a file; checking first and renaming then would lose a race.
            if (Link(temporary, path) == 0) return true;
            if (Marshal.GetLastPInvokeError() == Exists) return false;
        }

        // Windows refuses to replace by itself. Where a file system has no links, this is the next best.
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string from, string to);
}
