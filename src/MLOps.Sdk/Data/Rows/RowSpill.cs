using System.Text;

namespace MLOps.Data;

/// <summary>Rows in a temporary file, which is deleted when it is closed.</summary>
sealed class RowSpill : IDisposable
{
    private readonly FileStream _file;
    private readonly BinaryWriter _writer;
    private string[]? _columns;

    public RowSpill(string folder)
    {
        _file = new FileStream(Path.Combine(folder, Guid.NewGuid().ToString("N")), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 32 << 10, FileOptions.DeleteOnClose);
        _writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);
    }

    public long Length => _file.Length;

    public void Add(TableRow row)
    {
        _writer.Write(row.Number);
        // The rows of a CSV file share their columns: they are written once.
        var same = ReferenceEquals(row.Columns, _columns);
        _writer.Write(same);
        if (!same) Write(row.Columns);
        _columns = row.Columns;
        Write(row.Cells);
    }

    public IEnumerable<TableRow> Rows()
    {
        _writer.Flush();
        _file.Position = 0;
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        string[] columns = [];
        while (_file.Position < _file.Length)
        {
            var number = reader.ReadInt64();
            if (!reader.ReadBoolean()) columns = Read(reader);
            yield return new TableRow(number, columns, Read(reader));
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }

    private void Write(string[] texts)
    {
        _writer.Write7BitEncodedInt(texts.Length);
        foreach (var text in texts) _writer.Write(text);
    }

    private static string[] Read(BinaryReader reader)
    {
        var texts = new string[reader.Read7BitEncodedInt()];
        for (var i = 0; i < texts.Length; i++) texts[i] = reader.ReadString();
        return texts;
    }
}
