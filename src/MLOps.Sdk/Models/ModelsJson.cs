using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Models;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter)])]
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(ModelAlias))]
[JsonSerializable(typeof(GateVerdict))]
[JsonSerializable(typeof(DeletedVersion))]
[JsonSerializable(typeof(ModelComment))]
[JsonSerializable(typeof(AliasPolicy))]
[JsonSerializable(typeof(Approval))]
internal sealed partial class ModelsJson : JsonSerializerContext;
