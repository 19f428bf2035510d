using System.Text.Json.Serialization;

namespace MLOps.Serving;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(ObservedRoute))]
[JsonSerializable(typeof(ArmCounts))]
internal sealed partial class ServingJson : JsonSerializerContext;
