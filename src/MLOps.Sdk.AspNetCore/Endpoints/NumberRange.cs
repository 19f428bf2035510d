using System.Globalization;
using System.Text;
using System.Text.Json;
using MLOps.AspNetCore.Problems;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>JSON has numbers of any size, and the serializer reads those beyond a double as infinity: a value that the sender never sent.</summary>
internal static class NumberRange
{
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
