using System.Text;

namespace MLOps.Data;

/// <summary>
/// What a new version holds: either a whole folder, or changes on top of the head. Fluent; not thread-safe.
/// <code>DatasetChange.Folder("./data")    DatasetChange.Edit().Put("2011-01.csv", bytes).Remove("old.csv")</code>
/// </summary>
public sealed class DatasetChange
{
    private readonly List<DatasetEdit> _edits = [];

    private DatasetChange(bool replace) => Replace = replace;

    /// <summary>True when files that are not named here are dropped; false when they are kept from the head.</summary>
    public bool Replace { get; }

    /// <summary>The edits, in the order in which they were made; a later edit of a path wins.</summary>
    public IReadOnlyList<DatasetEdit> Edits => _edits;

    /// <summary>The version is exactly the files under a folder. Nothing is read before the commit. Symbolic links are an error: they are never followed.</summary>
    /// <param name="folder">A folder that exists at the commit.</param>
    public static DatasetChange Folder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var change = new DatasetChange(replace: true);
        change._edits.Add(new DatasetEdit(DatasetEditKind.Folder, folder, null));
        return change;
    }

    /// <summary>The version is exactly the files put here.</summary>
    public static DatasetChange Whole() => new(replace: true);

    /// <summary>The version is the head's files with the edits made here.</summary>
    public static DatasetChange Edit() => new(replace: false);

    /// <summary>Adds or replaces a file, its bytes from a stream that is opened at the commit, perhaps twice, and disposed.</summary>
    /// <param name="path">See <see cref="Name.RequirePath"/>.</param>
    /// <param name="open">Gives the content from its beginning, the same each time.</param>
    public DatasetChange Put(string path, Func<Stream> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        _edits.Add(new DatasetEdit(DatasetEditKind.Put, Name.RequirePath(path, "file path"), open));
        return this;
    }

    /// <summary>Adds or replaces a file.</summary>
    /// <param name="path">See <see cref="Name.RequirePath"/>.</param>
    /// <param name="content">Its bytes; must not change before the commit.</param>
    public DatasetChange Put(string path, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Put(path, () => new MemoryStream(content, writable: false));
    }

    /// <summary>Adds or replaces a file of UTF-8 text.</summary>
    /// <param name="path">See <see cref="Name.RequirePath"/>.</param>
    /// <param name="content">Its text.</param>
    public DatasetChange PutText(string path, string content) => Put(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Adds or replaces a file with the content of a local file. One that changes while the commit reads it is an <see cref="MLOpsInvalidException"/>: it is never stored torn.</summary>
    /// <param name="path">Its path in the dataset.</param>
    /// <param name="file">The local file.</param>
    public DatasetChange PutFile(string path, string file) => Put(path, () => new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Removes a file. At the commit it is an <see cref="MLOpsNotFoundException"/> when there is none.</summary>
    /// <param name="path">Its path in the dataset.</param>
    public DatasetChange Remove(string path)
    {
        _edits.Add(new DatasetEdit(DatasetEditKind.Remove, Name.RequirePath(path, "file path"), null));
        return this;
    }
}
