using System.Text.Json.Serialization;

namespace MLOps.Models;

/// <summary>A straight line, to be stored as JSON.</summary>
internal sealed record LineModel(double Slope, double Intercept) : IModel<double, double>
{
    public double Predict(double input) => (Slope * input) + Intercept;
}

internal sealed record UnknownModel(int Value) : IModel<double, double>
{
    public double Predict(double input) => Value;
}

internal sealed record NoModel(int Value);

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LineModel))]
[JsonSerializable(typeof(NoModel))]
internal sealed partial class TestModelsJson : JsonSerializerContext;
