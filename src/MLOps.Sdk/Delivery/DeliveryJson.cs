using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Delivery;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(DigestJsonConverter)])]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
