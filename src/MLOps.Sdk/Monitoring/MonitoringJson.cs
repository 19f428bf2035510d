using System.Text.Json.Serialization;

namespace MLOps.Monitoring;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Baseline))]
[JsonSerializable(typeof(MonitorReport))]
internal sealed partial class MonitoringJson : JsonSerializerContext;
