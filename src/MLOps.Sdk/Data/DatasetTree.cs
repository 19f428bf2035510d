using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MLOps.Storage;

namespace MLOps.Data;

/// <summary>
/// The list of a version's files: UTF-8 text, the line <c>mlops-tree 1</c>, then for each file, in ordinal order of paths,
/// <c>digest length path</c> with single spaces; each line ends with a line feed. No time and no mode stand in it: equal
/// data has an equal tree on every machine.
/// </summary>
static class DatasetTree
{
    private const string Header = "mlops-tree 1";

    /// <summary>Stores the tree and gives its digest.</summary>
    public static async ValueTask<Digest> WriteAsync(ContentStore content, IReadOnlyCollection<DatasetFile> files, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream(64 + (files.Count * 128));
        using (var writer = new StreamWriter(bytes, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            writer.WriteLine(Header);
            foreach (var file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Digest.Hex} {file.Length} {file.Path}"));
        }

        return (await content.PutAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellationToken).ConfigureAwait(false)).Digest;
    }

    /// <summary>The files of a stored tree, in order. A line that breaks the format is an error: paths of a foreign store are not trusted.</summary>
    public static async IAsyncEnumerable<DatasetFile> ReadAsync(ContentStore content, Digest tree, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await content.OpenNamedAsync(tree, "a dataset's list of files", cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            if (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) != Header)
                throw Broken(tree, $"it does not begin with the line '{Header}'");
            string? before = null;
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                var file = Parse(tree, line);
                if (before is not null && string.CompareOrdinal(before, file.Path) >= 0) throw Broken(tree, $"the path '{Name.Shown(file.Path)}' is not in order");
                before = file.Path;
                yield return file;
            }
        }
    }

    private static DatasetFile Parse(Digest tree, string line)
    {
        if (line.Length < 68 || line[64] != ' ' || !Digest.TryParse(line[..64], out var digest)) throw Broken(tree, $"the line '{Name.Shown(line)}' has no digest");
        var space = line.IndexOf(' ', 65);
        if (space < 0 || !long.TryParse(line.AsSpan(65, space - 65), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            throw Broken(tree, $"the line '{Name.Shown(line)}' has no length");
        try
        {
            return new DatasetFile(Name.RequirePath(line[(space + 1)..], "file path"), length, digest);
        }
        catch (MLOpsInvalidException error)
        {
            throw Broken(tree, error.Message.TrimEnd('.'), error);
        }
    }

    private static MLOpsIntegrityException Broken(Digest tree, string why, Exception? cause = null) =>
        new($"The blob '{ContentStore.Key(tree)}' is not a dataset's list of files: {why}.", ContentStore.Key(tree), tree.Hex, innerException: cause);
}
