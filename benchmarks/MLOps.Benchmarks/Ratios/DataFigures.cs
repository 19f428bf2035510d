using MLOps.Benchmarks.References;
using MLOps.Data;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Versioning a folder against copying it with the same durability.</summary>
internal static class DataFigures
{
    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        var source = Source(scratch.Next("source"));

        await board.RatioAsync("commit-folder-of-18-mb", " ms", Goal.AtMost(1.3),
            async () =>
            {
                await using var mlops = MLOpsClient.Create(scratch.Next("store"));
                // The store's own first write is not what is measured.
                await mlops.Datasets.CommitAsync("other", DatasetChange.Whole().PutText("x", "x"));
                return await Clock.SecondsAsync(async () => await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source))) * 1e3;
            },
            () => Task.FromResult(Clock.Seconds(() => DurableCopy.Copy(source, scratch.Next("copy"))) * 1e3), rounds: 5);

        await using var store = MLOpsClient.Create(scratch.Next("store"));
        var version = await store.Datasets.CommitAsync("data", DatasetChange.Folder(source));
        // Restored files are a working copy: neither side flushes them.
        await board.RatioAsync("restore-18-mb", " ms", Goal.AtMost(1.5),
            async () => await Clock.SecondsAsync(async () => await store.Datasets.RestoreAsync(version, scratch.Next("restored"))) * 1e3,
            () => Task.FromResult(Clock.Seconds(() => DurableCopy.CopyUnflushed(source, scratch.Next("copy"))) * 1e3), rounds: 5);
        await board.BestAsync("commit-unchanged-folder", " ms", Goal.AtMost(100, " ms"),
            async () => await Clock.SecondsAsync(async () => await store.Datasets.CommitAsync("data", DatasetChange.Folder(source))) * 1e3, rounds: 5);
    }

    private static string Source(string folder)
    {
        var random = new Random(7);
        for (var i = 0; i < 204; i++)
        {
            var inner = Directory.CreateDirectory(Path.Combine(folder, $"part-{i % 4}")).FullName;
            var bytes = new byte[i < 4 ? 4 << 20 : 10 << 10];
            random.NextBytes(bytes);
            File.WriteAllBytes(Path.Combine(inner, $"file-{i}.bin"), bytes);
        }

        return folder;
    }
}
