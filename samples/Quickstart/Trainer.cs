using BikeDemand;
using MLOps;
using MLOps.Data;
using MLOps.Models;
using MLOps.Monitoring;

namespace Quickstart;

/// <summary>Trains a demand model on a dataset version, writes the run down, and registers the model with its baseline.</summary>
internal sealed class Trainer(MLOpsClient mlops)
{
    public const string Model = "bike-demand";
    private const double Lambda = 1;

    /// <summary>Trains, logs and registers.</summary>
    /// <param name="data">What it is trained on, for lineage.</param>
    /// <param name="rows">The rows to train on.</param>
    /// <param name="holdout">Rows it must not see: they give the quality that monitoring will hold it to.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ModelVersion> TrainAsync(DatasetVersion data, IReadOnlyList<CountedRide> rows, IReadOnlyList<CountedRide> holdout, string name, CancellationToken cancellationToken = default)
    {
        await using var run = await mlops.Experiment(Model).Run(name)
            .With("algorithm", "ridge on the square root of the count").With("lambda", Lambda).With("rows", rows.Count)
            .On(data).Tag("sample", "quickstart").StartAsync(cancellationToken);

        // How the error falls as more months are seen: one step for each month of training data.
        var holdoutError = run.Metric("holdout/rmse");
        var trainingError = run.Metric("training/rmse");
        DemandModel? model = null;
        var months = rows.Select(r => new DateTime(r.Ride.At.Year, r.Ride.At.Month, 1)).Distinct().Order().ToList();
        for (var step = 0; step < months.Count; step++)
        {
            var seen = rows.Where(r => r.Ride.At.DateTime < months[step].AddMonths(1)).ToList();
            model = DemandTrainer.Fit(seen, Lambda);
            run.Log(trainingError, Error(model, seen), step + 1);
            run.Log(holdoutError, Error(model, holdout), step + 1);
        }

        var baseline = Baselines.Capture(DemandFeatures.Schema, [.. rows.Select(r => r.Ride)], model!.Predict) with
        {
            Quality = Baselines.Capture(FeatureSchema.For<CountedRide>(), holdout, r => model.Predict(r.Ride), r => r.Count).Quality,
        };
        var version = await mlops.Models.RegisterAsync(
            Model, model,
            new RegisterOptions
            {
                RunId = run.Id,
                DatasetVersions = [data.Id],
                Signature = ModelSignature.Of(DemandFeatures.Schema.Features),
                Metrics = new Dictionary<string, double> { ["rmse"] = Error(model, holdout) },
                Description = $"Hourly bike demand, {name}",
            }.WithBaseline(baseline),
            cancellationToken);
        await run.CompleteAsync(cancellationToken: cancellationToken);
        return version;
    }

    public static double Error(IModel<Ride, double> model, IReadOnlyList<CountedRide> rows) => Rmse(rows.Select(r => model.Predict(r.Ride) - r.Count));

    public static double Rmse(IEnumerable<double> errors)
    {
        var (sum, count) = (0.0, 0);
        foreach (var error in errors) (sum, count) = (sum + (error * error), count + 1);
        return Math.Sqrt(sum / count);
    }
}
