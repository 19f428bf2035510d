using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Storage;

/// <summary>
/// A page token: the place of the last record of a page, and a hash of that place and of the query, so that a token of
/// another query or a damaged one is told. It is no secret and gives no right.
/// </summary>
static class PageToken
{
    private const int HashBytes = 16;

    internal static string Write(RecordQuery query, PagePlace place)
    {
        var body = Body(place);
        return Base64Url.EncodeToString([.. Hash(query, body), .. body]);
    }

    internal static PagePlace? Read(RecordQuery query)
    {
        if (query.After is not { } token) return null;
        if (token.Length > 20_000 || !Base64Url.IsValid(token)) throw Foreign();
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= HashBytes || !Hash(query, bytes.AsSpan(HashBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashBytes))) throw Foreign();
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, HashBytes, bytes.Length - HashBytes));
            var id = reader.ReadString();
            return new(reader.ReadByte() switch { 0 => (FieldValue?)null, 1 => FieldValue.Of(reader.ReadDouble()), _ => FieldValue.Of(reader.ReadString()) }, id);
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            throw Foreign();
        }
    }

    private static byte[] Body(PagePlace place)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(place.Id);
        Write(writer, place.Value);
        return bytes.ToArray();
    }

    private static byte[] Hash(RecordQuery query, ReadOnlySpan<byte> body)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(query.Collection);
        writer.Write(query.OrderBy ?? RecordQuery.Id);
        writer.Write(query.Descending);
        Write(writer, query.Filter);
        writer.Write(body);
        return SHA256.HashData(bytes.ToArray())[..HashBytes];
    }

    private static void Write(BinaryWriter writer, Filter? filter)
    {
        switch (filter)
        {
            case null: writer.Write((byte)0); break;
            case AndFilter and: Write(writer, 1, and.Filters); break;
            case OrFilter or: Write(writer, 2, or.Filters); break;
            case NotFilter not: Write(writer, 3, [not.Inner]); break;
            case ExistsFilter exists:
                writer.Write((byte)4);
                writer.Write(exists.Field);
                break;
            case CompareFilter compare:
                writer.Write((byte)5);
                writer.Write(compare.Field);
                writer.Write((byte)compare.Comparison);
                Write(writer, compare.Value);
                break;
            case InFilter among:
                writer.Write((byte)6);
                writer.Write(among.Field);
                writer.Write(among.Values.Count);
                foreach (var value in among.Values) Write(writer, value);
                break;
            case LikeFilter like:
                writer.Write((byte)7);
                writer.Write(like.Field);
                writer.Write(like.Pattern);
                break;
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
        writer.Write((byte)(value is not { } known ? 0 : known.IsText ? 2 : 1));
        if (value is { IsText: true, Text: { } text }) writer.Write(text);
        else if (value is { } number) writer.Write(number.Number);
    }

    private static MLOpsInvalidException Foreign() => new("The page token is damaged or belongs to another query: pass the token of the same query's page before, or none for the first page.");
}
