using System.Globalization;

namespace MLOps.Storage;

/// <summary>
/// A blob store's own word on how it is laid out, kept beside the blobs: its format, and the oldest formats that may read
/// and write it. A store without it has format 1.
/// </summary>
internal static class BlobFormat
{
    private const int Ours = 1;

    /// <summary>What a new store gets.</summary>
    public static ReadOnlySpan<byte> Text => "format 1\nminReader 1\nminWriter 1\n"u8;

    /// <summary>Checks that this version may use the store.</summary>
    /// <param name="text">What the store says.</param>
    /// <param name="store">The store, for messages: <c>the blob folder '/data'</c>.</param>
    /// <param name="place">Where the text stands, for messages: <c>the file '/data/.format'</c>.</param>
    /// <param name="toWrite">Whether it is to be written, too.</param>
    /// <exception cref="MLOpsInvalidException">A newer version wrote the store, or the text is no such text.</exception>
    public static void Require(string text, string store, string place, bool toWrite)
    {
        var (minReader, minWriter) = Read(text, place);
        if (minReader > Ours)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"{Capital(store)} was written by a newer version of MLOps.Sdk: reading it needs format {minReader}, this version reads up to format {Ours}. Update MLOps.Sdk here."));
        if (toWrite && minWriter > Ours)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"{Capital(store)} was upgraded by a newer version of MLOps.Sdk: writing it needs format {minWriter}, this version writes format {Ours}. Reading still works. Update MLOps.Sdk here to write."));
    }

    private static (int MinReader, int MinWriter) Read(string text, string place)
    {
        var (minReader, minWriter) = (0, 0);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
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
            : throw new MLOpsInvalidException($"{Capital(place)} does not say which formats may read and write the store. Restore it from a backup of the store.");
    }

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
