using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Monitoring;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    Converters = [typeof(EntityRefJsonConverter)])]
[JsonSerializable(typeof(Baseline))]
[JsonSerializable(typeof(MonitorReport))]
[JsonSerializable(typeof(MonitorAlert))]
[JsonSerializable(typeof(AlertSilence))]
[JsonSerializable(typeof(PredictionErased))]
internal sealed partial class MonitoringJson : JsonSerializerContext;
