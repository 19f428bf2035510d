using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Storage;

/// <summary>
/// Where a page ended: the order value and the id of its last record. Written as base64url of
/// <c>format (1 byte) | seal (16 bytes) | kind (1 byte) | order value | id</c>. The seal is a hash over the query and the
/// rest, so that a token that was altered or belongs to another query is refused instead of silently giving wrong pages.
/// It is no secret. The page's size is not part of the query: a reader may change it between pages.
/// </summary>
/// <param name="Order">The order value of the last record; null when it has none, and in a query ordered by id.</param>
/// <param name="Id">The id of the last record.</param>
internal readonly record struct PageToken(FieldValue? Order, string Id)
{
    private const byte Format = 1;
    private const int SealBytes = 16, HeadBytes = 1 + SealBytes;

    public string Write(RecordQuery query)
    {
        using var bytes = new MemoryStream();
        bytes.Write(new byte[HeadBytes]);
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            Write(writer, Order);
            writer.Write(Id);
        }

        var token = bytes.ToArray();
        token[0] = Format;
        Seal(query, token.AsSpan(HeadBytes), token.AsSpan(1, SealBytes));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads the token of a query, or null when it has none.</summary>
    /// <exception cref="MLOpsInvalidException">The token is damaged or belongs to another query.</exception>
    public static PageToken? Read(RecordQuery query)
    {
        if (query.After is not { } text) return null;
        if (text.Length > 32 * 1024 || !Base64Url.IsValid(text)) throw Broken(text);
        var token = Base64Url.DecodeFromChars(text);
        if (token.Length <= HeadBytes || token[0] != Format) throw Broken(text);
        Span<byte> seal = stackalloc byte[SealBytes];
        Seal(query, token.AsSpan(HeadBytes), seal);
        if (!seal.SequenceEqual(token.AsSpan(1, SealBytes))) throw Broken(text);
        using var reader = new BinaryReader(new MemoryStream(token, HeadBytes, token.Length - HeadBytes), Encoding.UTF8);
        FieldValue? order = reader.ReadByte() switch
        {
            1 => FieldValue.Of(reader.ReadDouble()),
            2 => FieldValue.Of(reader.ReadString()),
            _ => (FieldValue?)null,
        };
        return new(order, reader.ReadString());
    }

    private static MLOpsInvalidException Broken(string text) =>
        new($"'{Name.Shown(text)}' is not a page token of this query. Take it from the page before, and ask with the same collection, filter and order.");

    private static void Seal(RecordQuery query, ReadOnlySpan<byte> key, Span<byte> seal)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(query.Collection);
            writer.Write(query.OrderBy ?? RecordQuery.Id);
            writer.Write(query.Descending);
            Write(writer, query.Filter);
        }

        bytes.Write(key);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), hash);
        hash[..SealBytes].CopyTo(seal);
    }

    private static void Write(BinaryWriter writer, Filter? filter)
    {
        switch (filter)
        {
            case null: writer.Write((byte)0); break;
            case AndFilter f: Write(writer, 1, f.Filters); break;
            case OrFilter f: Write(writer, 2, f.Filters); break;
            case NotFilter f: writer.Write((byte)3); Write(writer, f.Inner); break;
            case ExistsFilter f: writer.Write((byte)4); writer.Write(f.Field); break;
            case CompareFilter f:
                writer.Write((byte)5);
                writer.Write(f.Field);
                writer.Write((byte)f.Comparison);
                Write(writer, f.Value);
                break;
            case InFilter f:
                writer.Write((byte)6);
                writer.Write(f.Field);
                writer.Write(f.Values.Count);
                foreach (var value in f.Values) Write(writer, value);
                break;
            case LikeFilter f: writer.Write((byte)7); writer.Write(f.Field); writer.Write(f.Pattern); break;
        }
    }

    private static void Write(BinaryWriter writer, byte kind, IReadOnlyList<Filter> filters)
    {
        writer.Write(kind);
        writer.Write(filters.Count);
        foreach (var filter in filters) Write(writer, filter);
    }

    private static void Write(BinaryWriter writer, FieldValue? value)
    {
        switch (value)
        {
            case null: writer.Write((byte)0); break;
            case { IsText: false } number: writer.Write((byte)1); writer.Write(number.Number); break;
            case { } text: writer.Write((byte)2); writer.Write(text.Text!); break;
        }
    }
}
