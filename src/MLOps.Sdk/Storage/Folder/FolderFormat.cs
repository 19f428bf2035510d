namespace MLOps.Storage.Folder;

/// <summary>Keeps the folder's <see cref="BlobFormat"/> in the file <c>.format</c>.</summary>
internal static class FolderFormat
{
    private const string FileName = ".format";

    /// <summary>Checks that this version may use the folder, and leaves the file before the first write.</summary>
    /// <exception cref="MLOpsInvalidException">A newer version wrote the folder, or the file is no such file.</exception>
    public static void Require(string root, bool toWrite)
    {
        var file = Path.Combine(root, FileName);
        if (File.Exists(file)) BlobFormat.Require(File.ReadAllText(file), $"the blob folder '{root}'", $"the file '{file}'", toWrite);
        else if (toWrite) Create(root, file);
    }

    private static void Create(string root, string file)
    {
        DurableFolder.Create(root, root, _ => false);
        // Racing creators write the same bytes; the name appears with all of them.
        var temporary = $"{file}-{Guid.NewGuid():N}";
        using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(BlobFormat.Text);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
        DurableFolder.Flush(root);
    }
}
