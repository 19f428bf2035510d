using Microsoft.Extensions.DependencyInjection;
using MLOps.CrashWorker.Verbs;
using MLOps.Data;
using MLOps.Models;
using MLOps.Monitoring;

namespace MLOps.Crash;

/// <summary>The model that the worker's verb <c>watched</c> answers with, in a store of the test's.</summary>
internal static class WatchedModels
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static FeatureSchema<double> Schema { get; } = FeatureSchema.For<double>().Number("x", x => x).Category("parity", x => (int)x % 2 == 0 ? "even" : "odd");

    public static MonitorWindow Day { get; } = new(Start, Start.AddDays(1));

    /// <summary>The columns that the worker's first rows have.</summary>
    public static IEnumerable<FeatureColumn> ColumnsOf(int rows)
    {
        yield return new("x", FeatureKind.Number, Enumerable.Range(0, rows).Select(i => (double)(i % 997)).ToArray(), default);
        yield return new("parity", FeatureKind.Category, default, Enumerable.Range(0, rows).Select(i => (string?)(i % 997 % 2 == 0 ? "even" : "odd")).ToArray());
    }

    public static void Declare(MLOpsBuilder builder) => builder.AddModelType("crash", CrashModelJson.Default.CrashModel).AddModel<double, double>("watched", m => m.Features = Schema);

    public static async Task<Baseline> RegisterAsync(MLOpsClient mlops, CancellationToken cancellationToken)
    {
        var model = new CrashModel(2, [1]);
        var baseline = Baselines.Capture(Schema, [.. Enumerable.Range(0, 5_000).Select(i => (double)(i * 31 % 997))], model.Predict);
        var version = await mlops.Models.RegisterAsync("watched", model, new RegisterOptions().WithBaseline(baseline), cancellationToken);
        await mlops.Models.SetAliasAsync("watched", "champion", version.Number, cancellationToken: cancellationToken);
        return baseline;
    }
}
