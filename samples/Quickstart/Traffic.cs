using BikeDemand;
using MLOps;
using MLOps.Predictions;
using MLOps.Serving;

namespace Quickstart;

/// <summary>An hour that was served.</summary>
internal sealed record Served(CountedRide Ride, Prediction<double> Prediction)
{
    public double Error => Prediction.Value - Ride.Count;
}

/// <summary>Live traffic: asks for each hour as it comes, and learns the truth a day later.</summary>
internal sealed class Traffic(MLOpsClient mlops, IPredictor<Ride, double> predictor, IReadOnlyList<CountedRide> year)
{
    private readonly List<Served> _unlabelled = [];
    private int _next;

    public List<Served> Hours { get; } = [];

    public int Failed { get; private set; }

    /// <summary>Serves the hours up to a moment, in their order; labels come a day late.</summary>
    public async Task ServeUntilAsync(DateTimeOffset moment)
    {
        for (; _next < year.Count && year[_next].Ride.At < moment; _next++)
        {
            var row = year[_next];
            if (row.Ride.At.Hour == 0) await LabelAsync(before: row.Ride.At.AddDays(-1));
            try
            {
                var served = new Served(row, predictor.Predict(row.Ride, new PredictOptions { EventTime = row.Ride.At }));
                Hours.Add(served);
                _unlabelled.Add(served);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Failed++;
                await Console.Error.WriteLineAsync($"The hour {row.Ride.At:u} could not be served: {e.Message}");
            }
        }
    }

    /// <summary>The labels of every hour before a moment.</summary>
    public async Task LabelAsync(DateTimeOffset before)
    {
        var known = _unlabelled.TakeWhile(s => s.Ride.Ride.At < before).ToList();
        if (known.Count == 0) return;
        await mlops.Monitor.LabelAsync([.. known.Select(s => new PredictionLabel(s.Prediction.Id, s.Ride.Count))]);
        _unlabelled.RemoveRange(0, known.Count);
    }
}
