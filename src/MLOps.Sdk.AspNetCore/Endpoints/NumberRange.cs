using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.AspNetCore.Problems;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>JSON has numbers of any size, and the serializer reads those beyond a double as infinity: a value that the sender never sent.</summary>
internal static class NumberRange
{
    /// <summary>
    /// Whether the body can hold such a number at all: one with an exponent of three digits, or with more digits than any double has. A vector search that seldom finds
    /// anything spares reading all numbers twice.
    /// </summary>
    public static bool IsSuspected(ReadOnlySpan<byte> json)
    {
        // A run of so many digits covers one of the places that are looked at.
        for (var at = 300; at < json.Length; at += 300)
            if (char.IsAsciiDigit((char)json[at])) return true;
        for (var rest = json; rest.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var at; rest = rest[(at + 1)..])
        {
            if (at > 0 && (char.IsAsciiDigit((char)rest[at - 1]) || rest[at - 1] == '.') && at + 1 < rest.Length && (char.IsAsciiDigit((char)rest[at + 1]) || rest[at + 1] is (byte)'+' or (byte)'-')) return true;
        }

        return false;
    }

    /// <summary>The first number that no double holds; null when there is none, or when the body is not JSON, which is the parser's to say.</summary>
    public static Problem? Check(ReadOnlySpan<byte> json, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(json, options);
        try
        {
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.Number && (!reader.TryGetDouble(out var value) || double.IsInfinity(value)))
                    return Problem.Invalid(string.Create(CultureInfo.InvariantCulture, $"The body has the number {Name.Shown(Encoding.UTF8.GetString(reader.ValueSpan))} (byte {reader.TokenStartIndex + 1}), which is beyond the range of a double."));
        }
        catch (JsonException)
        {
            return null;
        }

        return null;
    }
}
