using System.Globalization;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Asking a graph of 100,000 edges why something came about, and what came of something; eight steps each way.</summary>
internal static class LineageFigures
{
    private const int Datasets = 500, Models = 8000, Depth = 8;
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        await using var mlops = MLOpsClient.Create(scratch.Next("store"));
        var records = mlops.Services.Get<IRecordStore>();
        var total = 0;
        foreach (var part in Graph().Chunk(5000))
        {
            await records.CommitAsync(new RecordCommit("bench", [.. part]));
            total += part.Length;
        }

        var random = new Random(7);
        var (why, impact) = (0, 0);
        Console.WriteLine($"# lineage: {total:N0} edges");
        await board.BestAsync("why-a-prediction", " ms", Goal.AtMost(20, " ms"), () => EachAsync(20, async () =>
        {
            var prediction = new EntityRef(EntityRef.PredictionKind, $"p-{Generation(random.Next(1, Models))}-1");
            why = (await mlops.Lineage.GraphAsync(prediction, LineageDirection.Upstream, Depth)).Edges.Count;
        }));
        await board.BestAsync("impact-of-a-bad-dataset-version", " ms", Goal.AtMost(20, " ms"), () => EachAsync(20, async () =>
        {
            var data = EntityRef.Dataset(Dataset(random.Next(Datasets / 5) * 5 + 4));
            impact = (await mlops.Lineage.GraphAsync(data, LineageDirection.Downstream, Depth)).Edges.Count;
        }));
        await board.BestAsync("impact-of-the-first-of-five-dataset-versions", " ms", Goal.AtMost(20, " ms"), () => EachAsync(20, async () =>
        {
            var data = EntityRef.Dataset(Dataset(random.Next(Datasets / 5) * 5));
            why = Math.Max(why, (await mlops.Lineage.GraphAsync(data, LineageDirection.Downstream, Depth)).Edges.Count);
        }));
        Console.WriteLine($"# lineage: edges in an answer: {impact} of one dataset version, at most {why} of the first of five");
    }

    private static async Task<double> EachAsync(int calls, Func<Task> work) =>
        await Clock.SecondsAsync(async () =>
        {
            for (var i = 0; i < calls; i++) await work();
        }) * 1e3 / calls;

    /// <summary>Chains of five dataset versions, sixteen models for each version, and for each model its run, three verdicts, a deployment for every second, a generation, reports.</summary>
    private static IEnumerable<RecordPut> Graph()
    {
        for (var d = 0; d < Datasets; d++)
            if (d % 5 > 0) yield return Edge(EntityRef.Dataset(Dataset(d - 1)), EntityRef.Dataset(Dataset(d)), "derived into", d);
        for (var m = 1; m <= Models; m++)
        {
            var (run, model, generation) = (EntityRef.Run($"{m:x32}"), EntityRef.Model("bench", m), new EntityRef(EntityRef.GenerationKind, Generation(m)));
            foreach (var data in new[] { EntityRef.Dataset(Dataset(m % Datasets)), EntityRef.Dataset(Dataset((m * 7 + 3) % Datasets)) })
            {
                yield return Edge(data, run, "training", m);
                yield return Edge(data, model, "trained on", m);
            }

            yield return Edge(run, model, "produced", m);
            for (var v = 0; v < 3; v++) yield return Edge(model, new EntityRef(EntityRef.VerdictKind, $"{m * 3 + v:x32}"), "judged by rmse", m);
            for (var r = 0; r < 2; r++) yield return Edge(model, new EntityRef(EntityRef.ReportKind, $"{m * 2 + r:x32}"), "monitored", m);
            yield return Edge(model, generation, "served as champion", m);
            if (m % 2 == 0) continue;
            yield return Edge(model, EntityRef.Deployment("bench", "champion", m), "deployed as champion", m);
            yield return Edge(EntityRef.Deployment("bench", "champion", m), generation, "brought into service", m);
        }
    }

    private static RecordPut Edge(EntityRef source, EntityRef target, string relation, int minute) => LineageEdge.Of(source, target, relation, s_start.AddMinutes(minute));

    private static string Dataset(int number) => Digest.Of(number.ToString(CultureInfo.InvariantCulture)).Hex;

    private static string Generation(int number) => number.ToString("x16", CultureInfo.InvariantCulture);
}
