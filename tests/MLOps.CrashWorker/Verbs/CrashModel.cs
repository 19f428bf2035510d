using System.Text.Json.Serialization;
using MLOps.Models;

namespace MLOps.CrashWorker.Verbs;

/// <summary>A model that is only there to be stored.</summary>
sealed record CrashModel(double Slope, double[] Weights) : IModel<double, double>
{
    public double Predict(double input) => input * Slope + Weights.Length;
}

[JsonSerializable(typeof(CrashModel))]
sealed partial class CrashModelJson : JsonSerializerContext;
