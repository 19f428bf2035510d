using MLOps.Models;

namespace BikeDemand;

/// <summary>
/// Hourly demand as the square of a linear model: the square root evens out the spread of counts, so that rush hours do not drown the nights.
/// </summary>
/// <param name="Weights">One weight for each of <see cref="DemandFeatures"/>' columns.</param>
public sealed record DemandModel(double[] Weights) : IModel<Ride, double>
{
    public double Predict(Ride input)
    {
        Span<double> row = stackalloc double[DemandFeatures.Count];
        DemandFeatures.Write(input, row);
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++) sum += row[i] * Weights[i];
        return sum <= 0 ? 0 : sum * sum;
    }
}
