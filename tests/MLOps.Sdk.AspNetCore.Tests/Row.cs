using System.Text.Json.Serialization;
using MLOps.Models;

namespace MLOps.AspNetCore.Tests;

/// <summary>The input of the models that these tests serve.</summary>
public sealed record Row(double X, string? Name = null, int Count = 0);

/// <summary>X times a factor, so that each version's answer tells which it was.</summary>
public sealed record Scaled(double Factor) : IModel<Row, double>
{
    public double Predict(Row input) => input.Name switch
    {
        "refuse" => throw new MLOpsInvalidException("The name 'refuse' is not one this model knows."),
        "fail" => throw new InvalidOperationException("secret: the password is hunter2"),
        "nan" => double.NaN,
        _ => input.X * Factor,
    };
}

/// <summary>Gives back what it is given, times a factor.</summary>
public sealed record Echo(float Factor) : IModel<float[], float[]>
{
    public float[] Predict(float[] input) => [.. input.Select(v => v * Factor)];
}

/// <summary>Answers when the gate is open.</summary>
public sealed record Gated(double Value) : IModel<Row, double>
{
    public static ManualResetEventSlim Gate { get; } = new();

    public static SemaphoreSlim Inside { get; } = new(0);

    public double Predict(Row input)
    {
        Inside.Release();
        Gate.Wait();
        return Value;
    }
}

public sealed record Verdict(string Label, double Score, bool Sure);

public sealed record Judge(double Bound) : IModel<Row, Verdict>
{
    public Verdict Predict(Row input) => new(input.X > Bound ? "<high>" : "low", input.X, input.X > 2 * Bound);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Row))]
[JsonSerializable(typeof(Scaled))]
[JsonSerializable(typeof(Echo))]
[JsonSerializable(typeof(Gated))]
[JsonSerializable(typeof(Judge))]
[JsonSerializable(typeof(Verdict))]
[JsonSerializable(typeof(float))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(double))]
public sealed partial class TestJson : JsonSerializerContext;
