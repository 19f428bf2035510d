using System.Text.Json.Serialization;
using MLOps.Models;

namespace MLOps.Benchmarks.Ratios;

/// <summary>The mean of an array: as cheap for a tensor as a model can be.</summary>
internal sealed record BenchVector(float Factor) : IModel<float[], float>
{
    public float Predict(float[] input)
    {
        var sum = 0f;
        foreach (var value in input) sum += value;
        return sum * Factor;
    }
}

internal sealed record BareInput(string Name, long[] Shape, string Datatype, float[] Data);

internal sealed record BareRequest(string? Id, BareInput[] Inputs);

internal sealed record BareOutput(string Name, string Datatype, long[] Shape, float[] Data);

internal sealed record BareResponse([property: JsonPropertyName("model_name")] string ModelName, [property: JsonPropertyName("model_version")] string ModelVersion, string? Id, BareOutput[] Outputs);

internal sealed record BareAnswer(double Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchRow))]
[JsonSerializable(typeof(BenchVector))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(float))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(BareAnswer))]
[JsonSerializable(typeof(BareRequest))]
[JsonSerializable(typeof(BareResponse))]
internal sealed partial class BenchHttpJson : JsonSerializerContext;
