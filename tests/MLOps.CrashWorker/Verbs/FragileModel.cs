using System.Text.Json.Serialization;
using MLOps.Models;

namespace MLOps.CrashWorker.Verbs;

/// <summary>A model that answers well and throws for some inputs.</summary>
sealed record FragileModel(double Slope, double ThrowsAbove) : IModel<double, double>
{
    public double Predict(double input) => input > ThrowsAbove ? throw new InvalidOperationException($"{input} is too much.") : input * Slope;
}

[JsonSerializable(typeof(FragileModel))]
sealed partial class FragileModelJson : JsonSerializerContext;
