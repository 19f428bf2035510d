using System.Text.Json.Serialization.Metadata;

namespace MLOps.Models;

/// <summary>A model type that the JSON format may write and read.</summary>
/// <param name="Key">The word that records keep instead of the type's name.</param>
/// <param name="Type">How it is written.</param>
internal sealed record JsonModelType(string Key, JsonTypeInfo Type);
