using System.Text.Json.Serialization;
using MLOps.Records;

namespace MLOps.Delivery;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true,
    Converters = [typeof(DigestJsonConverter)])]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(DeploymentTransition))]
[JsonSerializable(typeof(DeploymentSlot))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
