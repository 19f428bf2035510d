using System.Globalization;
using System.Text;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Trees;

/// <summary>
/// A node of a version's tree: UTF-8 text, each line ended by a line feed. The first line is <c>mlops-tree 2</c> and the level.
/// Level 0 lists files, <c>c</c> (its digest is a chunk) or <c>l</c> (a list of chunks), digest, length, path; a higher level lists nodes one level
/// lower: digest, number of files, sum of lengths, last path. Lines are in ordinal (UTF-16) order of paths. No time and no mode stand in it: equal
/// data has an equal tree on every machine.
/// </summary>
sealed class TreeNode
{
    private const string Header = "mlops-tree 2 ";

    private TreeNode(int level, List<TreeEntry> entries, List<TreeLink> children) => (Level, Entries, Children) = (level, entries, children);

    public int Level { get; }

    /// <summary>The files of a node of level 0.</summary>
    public IReadOnlyList<TreeEntry> Entries { get; }

    /// <summary>The nodes under a node of a higher level.</summary>
    public IReadOnlyList<TreeLink> Children { get; }

    public int Count => Entries.Count + Children.Count;

    /// <summary>
    /// Whether a node of a level ends behind a path: where 7 bits of its hash (from bit 7 x level) are zero, so that nodes have about 128
    /// lines and a change of one path changes the nodes above it only. The hash is 64-bit FNV-1a over the path's UTF-8 bytes, finished by MurmurHash3's mixer.
    /// </summary>
    public static bool Ends(int level, string path)
    {
        Span<byte> bytes = stackalloc byte[Name.MaxPathLength * 3];
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in bytes[..Encoding.UTF8.GetBytes(path, bytes)]) hash = (hash ^ b) * 0x100000001B3UL;
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        hash ^= hash >> 33;
        return ((hash >> (7 * level)) & 127) == 0;
    }

    public static byte[] Write(IReadOnlyList<TreeEntry> entries)
    {
        var text = new StringBuilder(16 + (entries.Count * 112)).Append(Header).Append("0\n");
        foreach (var (path, content) in entries)
            text.Append(CultureInfo.InvariantCulture, $"{(content.IsList ? 'l' : 'c')} {content.Id} {content.Length} {path}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Write(int level, IReadOnlyList<TreeLink> children)
    {
        var text = new StringBuilder(16 + (children.Count * 112)).Append(CultureInfo.InvariantCulture, $"{Header}{level}\n");
        foreach (var (id, files, bytes, last) in children) text.Append(CultureInfo.InvariantCulture, $"{id} {files} {bytes} {last}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a node. A line that breaks the format is an error: paths of a foreign store are not trusted.</summary>
    /// <exception cref="MLOpsIntegrityException">The bytes are no node of this level.</exception>
    /// <param name="id">For the message.</param>
    /// <param name="bytes">The chunk.</param>
    /// <param name="level">The level it must have; null for the top.</param>
    public static TreeNode Read(ChunkId id, ReadOnlySpan<byte> bytes, int? level)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var lines = text.AsSpan();
        if (!lines.StartsWith(Header, StringComparison.Ordinal) || !lines.EndsWith("\n") || !int.TryParse(Line(ref lines)[Header.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var found) || found > 9 || (level is not null && found != level))
            throw Broken(id, $"it does not begin with the line '{Header}{level}'");
        var node = new TreeNode(found, [], []);
        var before = string.Empty;
        while (lines.Length > 0)
        {
            var line = Line(ref lines);
            string path;
            if (found == 0)
            {
                var entry = Entry(id, line);
                path = entry.Path;
                ((List<TreeEntry>)node.Entries).Add(entry);
            }
            else
            {
                var child = Child(id, line);
                path = child.Last;
                ((List<TreeLink>)node.Children).Add(child);
            }

            if (string.CompareOrdinal(before, path) >= 0) throw Broken(id, $"the path '{Name.Shown(path)}' is not in order");
            before = path;
        }

        return node;
    }

    private static TreeEntry Entry(ChunkId node, ReadOnlySpan<char> line)
    {
        if (line.Length < 70 || line[0] is not ('c' or 'l') || line[1] != ' ') throw Broken(node, $"the line '{Shown(line)}' is not a file's");
        var list = line[0] == 'l';
        line = line[2..];
        var id = Id(node, ref line);
        var length = Number(node, ref line);
        return new TreeEntry(Path(node, line), new ChunkContent(id, list, length));
    }

    private static TreeLink Child(ChunkId node, ReadOnlySpan<char> line)
    {
        var id = Id(node, ref line);
        var files = Number(node, ref line);
        var bytes = Number(node, ref line);
        return new TreeLink(id, files, bytes, Path(node, line));
    }

    private static ChunkId Id(ChunkId node, ref ReadOnlySpan<char> line)
    {
        Span<byte> bytes = stackalloc byte[ChunkId.Size];
        if (line.Length < 65 || line[64] != ' ' || line[..64].ContainsAnyInRange('A', 'F') || Convert.FromHexString(line[..64], bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            throw Broken(node, $"the line '{Shown(line)}' has no digest");
        line = line[65..];
        return ChunkId.Read(bytes);
    }

    private static long Number(ChunkId node, ref ReadOnlySpan<char> line)
    {
        var space = line.IndexOf(' ');
        if (space < 0 || !long.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw Broken(node, $"the line '{Shown(line)}' has no length");
        line = line[(space + 1)..];
        return number;
    }

    private static string Path(ChunkId node, ReadOnlySpan<char> path)
    {
        try
        {
            return Name.RequirePath(path.ToString(), "file path");
        }
        catch (MLOpsInvalidException error)
        {
            throw Broken(node, error.Message.TrimEnd('.'), error);
        }
    }

    private static ReadOnlySpan<char> Line(ref ReadOnlySpan<char> lines)
    {
        var end = lines.IndexOf('\n');
        var line = lines[..end];
        lines = lines[(end + 1)..];
        return line;
    }

    private static string Shown(ReadOnlySpan<char> line) => Name.Shown(line.ToString());

    private static MLOpsIntegrityException Broken(ChunkId id, string why, Exception? cause = null) =>
        new($"The chunk {id} is not a dataset's list of files: {why}. Restore the store from a backup.", id.ToString(), innerException: cause);
}
