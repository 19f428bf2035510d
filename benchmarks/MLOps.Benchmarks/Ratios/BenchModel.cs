using System.Text.Json.Serialization;
using MLOps.Data;
using MLOps.Models;

namespace MLOps.Benchmarks.Ratios;

/// <summary>A model that costs almost nothing, so that what is around it shows.</summary>
internal sealed record BenchModel(double[] Weights) : IModel<BenchRow, double>
{
    public double Predict(BenchRow input) => (input.A * Weights[0]) + (input.B * Weights[1]) + (input.C * Weights[2]) + (input.D * Weights[3]);
}

internal readonly record struct BenchRow(double A, double B, double C, double D, string Group)
{
    public static FeatureSchema<BenchRow> Schema { get; } = FeatureSchema.For<BenchRow>()
        .Number("a", r => r.A).Number("b", r => r.B).Number("c", r => r.C).Number("d", r => r.D).Category("group", r => r.Group);

    public static BenchRow Make(Random random) => new(random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.Next(2) == 0 ? "x" : "y");
}

[JsonSerializable(typeof(BenchModel))]
internal sealed partial class BenchJson : JsonSerializerContext;
