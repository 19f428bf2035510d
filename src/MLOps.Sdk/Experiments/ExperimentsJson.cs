using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Experiments;

/// <summary>How this room's documents look in a record.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter), typeof(EntityRefJsonConverter)])]
[JsonSerializable(typeof(Experiment))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(RunLogLine))]
sealed partial class ExperimentsJson : JsonSerializerContext;
