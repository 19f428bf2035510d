using System.Text.Json.Serialization;

namespace BikeDemand;

/// <summary>How the sample's types are written: no reflection, so it works trimmed and ahead-of-time compiled.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DemandModel))]
[JsonSerializable(typeof(Ride))]
[JsonSerializable(typeof(double))]
public sealed partial class BikeJson : JsonSerializerContext;
