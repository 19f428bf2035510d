using System.Runtime.InteropServices;

namespace MLOps.Benchmarks.References;

/// <summary>
/// Copies a folder so that the copy survives a power cut, which <c>cp -r</c> does not promise: every file is flushed, and so is every folder that got a name.
/// No hash, no history, no second look.
/// </summary>
internal static class DurableCopy
{
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            using var source = File.OpenRead(file);
            using var target = new FileStream(Path.Combine(to, Path.GetFileName(file)), FileMode.CreateNew, FileAccess.Write);
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        FlushFolder(to);
    }

    /// <summary>The same without flushing anything, as <c>cp -r</c> does: for work that promises no more.</summary>
    public static void CopyUnflushed(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from)) CopyUnflushed(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    /// <summary>Writes one file under a temporary name, flushes it, renames it and flushes its folder.</summary>
    public static void Write(string path, byte[] bytes)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

#pragma warning disable SYSLIB1054, CA2101 // The shortest form is enough for a reference.
    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
#pragma warning restore SYSLIB1054, CA2101
}
