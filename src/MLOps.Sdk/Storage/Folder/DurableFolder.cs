using System.Runtime.InteropServices;

namespace MLOps.Storage.Folder;

/// <summary>
/// Folders whose entries survive a crash of the machine. On Unix a name is durable only when its folder was flushed, which
/// .NET cannot do; on Windows the file system's journal sees to it.
/// </summary>
internal static partial class DurableFolder
{
    /// <summary>Creates a folder under a root and makes all the names on its path durable, from the root's own down.</summary>
    /// <remarks>Folders that exist are flushed as well: another process may have made them and not have come so far.</remarks>
    /// <param name="root">The root.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isDurable">Whether a folder's own name is known to be durable, and so those of the folders above it.</param>
    public static void Create(string root, string folder, Func<string, bool> isDurable)
    {
        var parents = new Stack<string>();
        for (var at = folder; Path.GetDirectoryName(at) is { } parent && (at.Length >= root.Length || !Directory.Exists(at)) && !isDurable(at); at = parent) parents.Push(parent);
        Directory.CreateDirectory(folder);
        foreach (var parent in parents) Flush(parent);
    }

    /// <summary>Flushes a folder's entries to the disk.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor;
        while ((descriptor = Open(folder, OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExecLinux)) < 0)
        {
            var code = Marshal.GetLastPInvokeError();
            // A folder above the store may be closed to this user for reading; whoever made it answers for its name.
            if (code == Denied) return;
            if (code != Interrupted) throw Failed(folder, "open");
        }

        try
        {
            while (Sync(descriptor) != 0)
            {
                var code = Marshal.GetLastPInvokeError();
                if (code == Interrupted) continue;
                // Some file systems (network ones above all) cannot flush folders and say so.
                if (code is Invalid or NotSupportedLinux or NotSupportedMac) return;
                throw Failed(folder, "flush");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private const int CloseOnExecLinux = 0x80000, CloseOnExecMac = 0x1000000, Interrupted = 4, Denied = 13, Invalid = 22, NotSupportedLinux = 95, NotSupportedMac = 45;

    private static IOException Failed(string folder, string what)
    {
        var code = Marshal.GetLastPInvokeError();
        return new($"Could not {what} the folder '{folder}': {Marshal.GetPInvokeErrorMessage(code)}.", code);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
