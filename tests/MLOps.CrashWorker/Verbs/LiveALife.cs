using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Experiments;

namespace MLOps.CrashWorker.Verbs;

/// <summary>
/// Does everything at once until it is killed: tracks runs, versions data, registers models and moves an alias. Says a fact only
/// after the call that made it returned.
/// </summary>
static class LiveALife
{
    public static async Task<int> RunAsync(string store, int life)
    {
        await using var mlops = Store.Open(store, o => o.AddModelType("crash", CrashModelJson.Default.CrashModel));
        await Task.WhenAll(TrackAsync(mlops.Experiments, life), VersionAsync(mlops.Datasets, life), RegisterAsync(mlops, life));
        return 0;
    }

    private static async Task TrackAsync(IExperimentTracker tracker, int life)
    {
        for (var i = 0; ; i++)
        {
            await using var run = await tracker.StartRunAsync(string.Create(CultureInfo.InvariantCulture, $"life-{life}"));
            Facts.Say($"run {run.Id}");
            var loss = run.Metric("loss");
            for (long step = 0, flush = 1; flush <= 3; flush++)
            {
                for (; step < flush * 100; step++) run.Log(loss, step % 10 == 9 ? double.NaN : step * 0.25, step);
                await run.FlushAsync();
                Facts.Say($"metric {run.Id} {step}");
            }

            var bytes = Bytes(life, i);
            await run.AddArtifactAsync("plots/loss.bin", new MemoryStream(bytes));
            Facts.Say($"artifact {run.Id} plots/loss.bin {Digest.Of(bytes)}");
            await run.CompleteAsync();
            Facts.Say($"finished {run.Id}");
        }
    }

    private static async Task VersionAsync(IDatasetStore datasets, int life)
    {
        for (var i = 0; ; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"life-{life}/part-{i % 5}.bin");
            var bytes = Bytes(life, 10_000 + i);
            var version = await datasets.CommitAsync("data", DatasetChange.Edit().Put(path, bytes));
            Facts.Say($"data {version.Id} {path} {Digest.Of(bytes)}");
        }
    }

    private static async Task RegisterAsync(MLOpsClient mlops, int life)
    {
        for (var i = 0; ; i++)
        {
            var model = new CrashModel(i, [.. Bytes(life, 20_000 + i).Select(b => (double)b).Take(200)]);
            var version = await mlops.Models.RegisterAsync("model", model);
            Facts.Say($"model {version.Number} {version.Digest}");
            var alias = await mlops.Models.SetAliasAsync("model", "champion", version.Number);
            Facts.Say($"alias {alias.Revision} {alias.Number}");
            if (i % 3 != 2) continue;
            alias = await mlops.Models.RollbackAsync("model", "champion", new() { Reason = "every third is taken back" });
            Facts.Say($"alias {alias.Revision} {alias.Number}");
        }
    }

    private static byte[] Bytes(int life, int which)
    {
        var random = new Random(life * 100_003 + which);
        var bytes = new byte[random.Next(500, 30_000)];
        random.NextBytes(bytes);
        return bytes;
    }
}
