using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Models;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter), typeof(EntityRefJsonConverter)])]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(ModelImport))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
