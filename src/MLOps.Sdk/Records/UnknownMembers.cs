using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLOps.Records;

/// <summary>
/// Carries the members that this release does not know from a stored document into its replacement: of the document, of
/// objects in it, and of the values of its dictionaries. Items of a list have no identity of their own, and are replaced as they are.
/// </summary>
internal static class UnknownMembers
{
    /// <returns><paramref name="after"/>, with what was unknown in <paramref name="before"/>.</returns>
    public static ReadOnlyMemory<byte> Keep(ReadOnlyMemory<byte> before, byte[] after, JsonTypeInfo type)
    {
        using var old = JsonDocument.Parse(before);
        if (!HasAny(old.RootElement, type)) return after;
        using var written = JsonDocument.Parse(after);
        using var merged = new MemoryStream();
        using (var json = new Utf8JsonWriter(merged)) Write(json, old.RootElement, written.RootElement, type);
        return merged.ToArray();
    }

    private static bool HasAny(JsonElement old, JsonTypeInfo type)
    {
        if (old.ValueKind is not JsonValueKind.Object) return false;
        foreach (var member in old.EnumerateObject())
        {
            if (!IsKnown(type, member.Name, out var inner)) return true;
            if (inner is not null && HasAny(member.Value, inner)) return true;
        }

        return false;
    }

    private static void Write(Utf8JsonWriter json, JsonElement old, JsonElement written, JsonTypeInfo? type)
    {
        if (type is null || old.ValueKind is not JsonValueKind.Object || written.ValueKind is not JsonValueKind.Object)
        {
            written.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in written.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            if (old.TryGetProperty(member.Name, out var before) && IsKnown(type, member.Name, out var inner)) Write(json, before, member.Value, inner);
            else member.Value.WriteTo(json);
        }

        foreach (var member in old.EnumerateObject())
            if (!IsKnown(type, member.Name, out _)) member.WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>Whether a member is known; every key of a dictionary is, and one that is gone was removed.</summary>
    private static bool IsKnown(JsonTypeInfo type, string member, out JsonTypeInfo? inner)
    {
        inner = null;
        if (type.Kind is JsonTypeInfoKind.Dictionary)
        {
            inner = InfoOf(type, type.ElementType!);
            return true;
        }

        foreach (var property in type.Properties)
        {
            if (property.Name != member) continue;
            inner = InfoOf(type, property.PropertyType);
            return true;
        }

        // A type of another kind (a list, a value with a converter) has no members to know.
        return type.Kind is not JsonTypeInfoKind.Object;
    }

    private static JsonTypeInfo? InfoOf(JsonTypeInfo type, Type inner) =>
        type.Options.TryGetTypeInfo(inner, out var info) && info.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary ? info : null;
}
