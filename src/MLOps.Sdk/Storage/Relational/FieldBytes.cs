using System.Text;

namespace MLOps.Storage.Relational;

/// <summary>A record's fields in a few bytes beside its document, so that reading a record is one row.</summary>
internal static class FieldBytes
{
    private const byte Number = 1, Text = 2;

    /// <summary>The fields without those that are NaN, which no store indexes or returns.</summary>
    public static Dictionary<string, FieldValue> Kept(IReadOnlyDictionary<string, FieldValue> fields)
    {
        var kept = new Dictionary<string, FieldValue>(fields.Count, StringComparer.Ordinal);
        foreach (var (name, value) in fields)
            if (value.IsText || !double.IsNaN(value.Number)) kept[name] = value;
        return kept;
    }

    /// <summary>The bytes, or null for no fields.</summary>
    public static byte[]? Write(Dictionary<string, FieldValue> fields)
    {
        if (fields.Count == 0) return null;
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write7BitEncodedInt(fields.Count);
            foreach (var (name, value) in fields)
            {
                writer.Write(name);
                if (value.Text is { } text)
                {
                    writer.Write(Text);
                    writer.Write(text);
                }
                else
                {
                    writer.Write(Number);
                    writer.Write(value.Number);
                }
            }
        }

        return bytes.ToArray();
    }

    public static Dictionary<string, FieldValue> Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var count = reader.Read7BitEncodedInt();
        var fields = new Dictionary<string, FieldValue>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString();
            fields[name] = reader.ReadByte() == Text ? FieldValue.Of(reader.ReadString()) : FieldValue.Of(reader.ReadDouble());
        }

        return fields;
    }
}
