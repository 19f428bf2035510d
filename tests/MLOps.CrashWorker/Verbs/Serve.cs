using Microsoft.Extensions.DependencyInjection;

namespace MLOps.CrashWorker.Verbs;

/// <summary>Serves a model and says each version that it begins to answer with, until its input ends.</summary>
static class Serve
{
    public static async Task<int> RunAsync(string store)
    {
        await using var mlops = Store.Open(store, o => o.AddModelType("crash", CrashModelJson.Default.CrashModel).AddModel<double, double>("shared"));
        var predictor = await mlops.Server.GetAsync<double, double>("shared");
        using var stop = new CancellationTokenSource();
        var asking = AskAsync(predictor, stop.Token);
        while (await Console.In.ReadLineAsync(CancellationToken.None) is not null) { }
        await stop.CancelAsync();
        await asking;
        return 0;
    }

    private static async Task AskAsync(Serving.IPredictor<double, double> predictor, CancellationToken cancellationToken)
    {
        var last = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (predictor.Predict(2) is { Version: var version } prediction && version != last)
            {
                last = version;
                Facts.Say($"serving {version} {prediction.Value}");
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }
}
