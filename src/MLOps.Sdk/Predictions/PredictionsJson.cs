using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Predictions;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter)])]
[JsonSerializable(typeof(ServedGeneration))]
internal sealed partial class PredictionsJson : JsonSerializerContext;
