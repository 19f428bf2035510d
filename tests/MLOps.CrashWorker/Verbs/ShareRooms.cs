using Microsoft.Extensions.DependencyInjection;

namespace MLOps.CrashWorker.Verbs;

/// <summary>
/// Works in the rooms of a store that other processes work in: registers versions of one model, each made by a run of its own in one experiment.
/// Waits for a line of input before it begins, so that all begin together.
/// </summary>
static class ShareRooms
{
    public static async Task<int> RegisterAsync(string folder, string worker, int count)
    {
        await using var mlops = MLOpsClient.Create(folder, o => o.AddModelType("crash", CrashModelJson.Default.CrashModel));
        await StartAsync();
        for (var i = 0; i < count; i++)
        {
            await using var run = await mlops.Experiments.StartRunAsync("shared");
            run.Log(run.Metric("loss"), i, i);
            await run.SetTagAsync("worker", worker);
            await run.CompleteAsync();
            var version = await mlops.Models.RegisterAsync("shared", new CrashModel(i, [i]), new() { RunId = run.Id, Tags = new Dictionary<string, string> { ["worker"] = worker } });
            Facts.Say($"registered {version.Number} {run.Id}");
        }

        return 0;
    }

    /// <summary>Four threads at once, each of which makes runs one after another and logs points of two metrics.</summary>
    public static async Task<int> TrackAsync(string folder, int runs, int points)
    {
        await using var mlops = MLOpsClient.Create(folder);
        await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < runs; i++)
            {
                await using var run = await mlops.Experiments.StartRunAsync("together", new() { Params = new Dictionary<string, string> { ["thread"] = $"{thread}" } });
                var (loss, accuracy) = (run.Metric("loss"), run.Metric("accuracy"));
                for (var step = 0; step < points; step++)
                {
                    run.Log(loss, step, step);
                    run.Log(accuracy, -step, step);
                    if (step % 100 == 99) await run.FlushAsync();
                }

                await run.CompleteAsync();
                Facts.Say($"tracked {run.Id}");
            }
        })));
        return 0;
    }

    public static async Task<int> CreateExperimentsAsync(string folder, int count)
    {
        await using var mlops = MLOpsClient.Create(folder);
        await StartAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(async () => await mlops.Experiments.GetOrCreateAsync("one"))));
        foreach (var experiment in made) Facts.Say($"experiment {experiment.Name} {experiment.CreatedAt:O}");
        return 0;
    }

    private static async Task StartAsync()
    {
        Facts.Say($"ready");
        await Console.In.ReadLineAsync();
    }
}
