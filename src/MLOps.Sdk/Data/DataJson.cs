using System.Text.Json;
using System.Text.Json.Serialization;
using MLOps.Data.Upkeep;
using MLOps.Records;

namespace MLOps.Data;

/// <summary>How this room's documents look in a record.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter), typeof(EntityRefJsonConverter)])]
[JsonSerializable(typeof(DatasetVersion))]
[JsonSerializable(typeof(DatasetDocument))]
[JsonSerializable(typeof(DatasetRefDocument))]
[JsonSerializable(typeof(CollectionDocument))]
[JsonSerializable(typeof(SuspectsDocument))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class DataJson : JsonSerializerContext;
