using Microsoft.Extensions.DependencyInjection;

namespace MLOps.CrashWorker.Verbs;

/// <summary>Serves the model <c>line</c> to a hundred users until its input ends. Says which version it begins to answer with, and at the end how much was answered and how much failed.</summary>
static class ServeTraffic
{
    public static async Task<int> RunAsync(string store)
    {
        await using var mlops = Store.Open(store, o => o
            .AddModelType("crash", CrashModelJson.Default.CrashModel).AddModelType("fragile", FragileModelJson.Default.FragileModel).AddModel<double, double>("line"));
        var predictor = await mlops.Server.GetAsync<double, double>("line");
        var ended = Task.Run(Console.In.ReadToEnd);
        var (answered, failed, seen) = (0, 0, new HashSet<(int Version, string Route)>());
        for (var i = 0; !ended.IsCompleted; i++)
        {
            try
            {
                var prediction = predictor.Predict(i % 10, new() { Key = $"user {i % 100}" });
                answered++;
                if (seen.Add((prediction.Version, prediction.Route))) Facts.Say($"serving {prediction.Version} {prediction.Route}");
            }
            catch (InvalidOperationException)
            {
                failed++;
            }

            if (i % 20 == 0) await Task.Delay(10, CancellationToken.None);
        }

        Facts.Say($"traffic {answered} {failed}");
        return 0;
    }
}
