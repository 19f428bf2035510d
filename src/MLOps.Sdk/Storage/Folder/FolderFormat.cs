using System.Globalization;

namespace MLOps.Storage.Folder;

/// <summary>
/// The folder's own word on how it is laid out, in the file <c>.format</c>: its format, and the oldest formats that may
/// read and write it. A folder without the file has format 1.
/// </summary>
internal static class FolderFormat
{
    private const int Ours = 1;
    private const string FileName = ".format";

    /// <summary>Checks that this version may use the folder, and leaves the file before the first write.</summary>
    /// <exception cref="MLOpsInvalidException">A newer version wrote the folder, or the file is no such file.</exception>
    public static void Require(string root, bool toWrite)
    {
        var file = Path.Combine(root, FileName);
        if (!File.Exists(file))
        {
            if (toWrite) Create(root, file);
            return;
        }

        var (minReader, minWriter) = Read(file);
        if (minReader > Ours)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The blob folder '{root}' was written by a newer version of MLOps.Sdk: reading it needs format {minReader}, this version reads up to format {Ours}. Update MLOps.Sdk here."));
        if (toWrite && minWriter > Ours)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The blob folder '{root}' was upgraded by a newer version of MLOps.Sdk: writing it needs format {minWriter}, this version writes format {Ours}. Reading still works. Update MLOps.Sdk here to write."));
    }

    private static void Create(string root, string file)
    {
        DurableFolder.Create(root, root);
        // Racing creators write the same bytes; the name appears with all of them.
        var temporary = $"{file}-{Guid.NewGuid():N}";
        using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write("format 1\nminReader 1\nminWriter 1\n"u8);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
        DurableFolder.Flush(root);
    }

    private static (int MinReader, int MinWriter) Read(string file)
    {
        var (minReader, minWriter) = (0, 0);
        foreach (var line in File.ReadLines(file))
        {
            var words = line.Split(' ');
            if (words.Length == 2 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                if (words[0] == "minReader") minReader = number;
                else if (words[0] == "minWriter") minWriter = number;
            }
        }

        return minReader > 0 && minWriter > 0
            ? (minReader, minWriter)
            : throw new MLOpsInvalidException($"The file '{file}' does not say which formats may read and write the blob folder. Restore it from a backup of the store.");
    }
}
