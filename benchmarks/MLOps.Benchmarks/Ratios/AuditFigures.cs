using System.Globalization;
using System.Text.Json;
using MLOps.Benchmarks.References;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Relational;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Verifying a long audit chain against reading and hashing its bytes. 100,000 entries; 1,000,000 with <c>MLOPS_BENCH_FULL=1</c>.</summary>
internal static class AuditFigures
{
    private const int Models = 1000;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        var folder = scratch.Next("audit");
        var count = Environment.GetEnvironmentVariable("MLOPS_BENCH_FULL") == "1" ? 1_000_000 : 100_000;
        await using var mlops = MLOpsClient.Create(folder);
        await FillAsync(mlops.Services.Get<RelationalStore>(), count);

        var bare = new BareHashes(Path.Combine(folder, "mlops.db"));
        var checks = new AuditExamination { CompareRecords = false };
        await board.RatioAsync("verify-chain", " ms", Goal.AtMost(1.2), () => SecondsAsync(mlops, checks, count), () => Task.FromResult(Clock.Seconds(() => bare.Run(Collections.Audit)) * 1e3));
        await board.RatioAsync("verify-chain-and-records", " ms", Goal.AtMost(1.2), () => SecondsAsync(mlops, new(), count), () => Task.FromResult(Clock.Seconds(() =>
        {
            bare.Run(Collections.Audit);
            bare.Run(Collections.Models);
        }) * 1e3));
    }

    private static async Task<double> SecondsAsync(MLOpsClient mlops, AuditExamination examination, int count)
    {
        AuditReport? report = null;
        var seconds = await Clock.SecondsAsync(async () => report = await mlops.Audit.ExamineAsync(examination));
        return report is { IsIntact: true } && report.Entries == count ? seconds * 1e3 : throw new InvalidOperationException($"The chain of {report!.Entries} entries was to be intact: {string.Join(", ", report.Findings)}");
    }

    // Beneath the decorator, many entries a commit: a commit for each would take its hour, and make the same bytes.
    private static async Task FillAsync(RelationalStore store, int count)
    {
        var previous = default(Digest);
        var last = new Digest?[Models];
        var at = new DateTimeOffset(2026, 3, 3, 14, 0, 0, TimeSpan.Zero);
        for (var first = 1; first <= count; first += 2000)
        {
            var operations = new List<RecordOperation>();
            var documents = new Dictionary<int, byte[]>();
            for (var sequence = first; sequence < Math.Min(first + 2000, count + 1); sequence++)
            {
                var model = sequence % Models;
                var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
                {
                    ["model"] = $"churn-{model}", ["alias"] = "champion", ["number"] = sequence.ToString(CultureInfo.InvariantCulture), ["movedBy"] = "ana@build-17", ["movedAt"] = at.AddSeconds(sequence).ToString("O"),
                });
                var digest = Digest.Of(json);
                using var document = JsonDocument.Parse(json);
                var entry = new AuditEntry(
                    sequence, previous, at.AddSeconds(sequence), "ana@build-17", [new(Collections.Models, $"churn-{model}", last[model], digest, document.RootElement.Clone())], "better by 3 %");
                var bytes = JsonSerializer.SerializeToUtf8Bytes(entry, RecordsJson.Default.AuditEntry);
                previous = Digest.Of(bytes);
                operations.Add(new RecordPut(
                    new(Collections.Audit, AuditedRecordStore.EntryId(sequence)), bytes, new Dictionary<string, FieldValue> { ["at"] = FieldValue.Of(entry.At), ["actor"] = entry.Actor }, RecordOperation.Absent));
                (last[model], documents[model]) = (digest, json);
            }

            operations.AddRange(documents.Select(d => new RecordPut(new(Collections.Models, $"churn-{d.Key}"), d.Value)));
            await store.CommitAsync(new("bench", operations));
        }

        await store.CommitAsync(new("bench", [AuditHead.In(store).Put(new AuditHead(count, previous), null)]));
    }
}
