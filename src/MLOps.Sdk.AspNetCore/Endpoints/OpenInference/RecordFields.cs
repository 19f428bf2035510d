using System.Text.Json.Serialization.Metadata;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>The columns of a type, as its serializer sees them.</summary>
internal static class RecordFields
{
    public static IReadOnlyList<ModelField> Of(JsonTypeInfo type) => type.Kind != JsonTypeInfoKind.Object
        ? []
        : [.. type.Properties.Where(p => p.Get is not null || p.Set is not null || p.AssociatedParameter is not null).Select(Field)];

    private static ModelField Field(JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsArray && type.GetElementType() is { } element && DataType.Of(element) is { } elements) return new(property.Name, elements.Name, [-1, -1]);
        // Texts, and what is written as one: times, enumerations.
        return new(property.Name, type.IsEnum ? "BYTES" : type == typeof(decimal) ? "FP64" : DataType.Of(type)?.Name ?? "BYTES", [-1]);
    }
}
