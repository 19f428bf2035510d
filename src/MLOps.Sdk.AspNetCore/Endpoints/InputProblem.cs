using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLOps.AspNetCore.Problems;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>
/// Says what is wrong with a body in the sender's terms: the place, and what is expected there. The serializer's own message is not
/// used, because it names the application's types.
/// </summary>
internal static class InputProblem
{
    public static Problem Of(JsonException error, ReadOnlyMemory<byte> json, JsonTypeInfo type)
    {
        var missing = error.InnerException is null ? Missing(json, type) : [];
        if (missing.Count > 0) return Problem.Invalid($"The body leaves out {string.Join(", ", missing)}.");

        var place = error.Path is { Length: > 1 } path ? $" at {Name.Shown(path)}" : "";
        if (error.LineNumber is { } line && error.BytePositionInLine is { } column)
            place += string.Create(CultureInfo.InvariantCulture, $" (line {line + 1}, byte {column + 1})");
        // The reader's own errors are about syntax; anything else is a value of the wrong kind.
        return error.InnerException is JsonException
            ? Problem.Invalid($"The body is not valid JSON{place}.")
            : Problem.Invalid($"The body is JSON but not the input this model takes{place}.{Expected(error.Path, type)}");
    }

    public static Problem Null(JsonTypeInfo type) => Problem.Invalid($"The body is null; one input is expected.{Expected("$", type)}");

    private static List<string> Missing(ReadOnlyMemory<byte> json, JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return [];
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = type.Options.MaxDepth is 0 ? 64 : type.Options.MaxDepth, AllowTrailingCommas = type.Options.AllowTrailingCommas, CommentHandling = type.Options.ReadCommentHandling });
        if (document.RootElement.ValueKind != JsonValueKind.Object) return [];
        var comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var present = document.RootElement.EnumerateObject().Select(p => p.Name).ToList();
        return [.. type.Properties.Where(p => Required(p) && !present.Exists(n => n.Equals(p.Name, comparison))).Select(p => $"'{p.Name}'")];
    }

    private static bool Required(JsonPropertyInfo property) =>
        property.IsRequired || (property.Options.RespectRequiredConstructorParameters && property.AssociatedParameter is { HasDefaultValue: false });

    private static string Expected(string? path, JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return "";
        if (path is { Length: > 2 } && type.Properties.FirstOrDefault(p => path == $"$.{p.Name}") is { } property)
            return Word(property.PropertyType) is { } word ? $" Expected there: {word}." : "";
        var names = type.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).Select(p => p.Name);
        return $" An object with {string.Join(", ", names)} is expected.";
    }

    private static string? Word(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(DateTimeOffset) || type == typeof(DateTime)) return "a time in ISO 8601";
        return type.IsEnum ? null : Type.GetTypeCode(type) switch
        {
            TypeCode.String => "a text",
            TypeCode.Boolean => "true or false",
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
            >= TypeCode.SByte and <= TypeCode.UInt64 => "a whole number",
            _ => null,
        };
    }
}
