using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.AspNetCore.Endpoints;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ElementJson : JsonSerializerContext;
