using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Benchmarks.References;
using MLOps.Data;
using MLOps.Storage;

namespace MLOps.Benchmarks.Ratios;

/// <summary>
/// Versioning about a gigabyte, in processor seconds, beside copying it, hashing it, and restic, where that is installed. <c>MLOPS_BENCH_SCALE</c>
/// makes the tree smaller for a quick look; the goals are for the whole size.
/// </summary>
internal static class DataFigures
{
    public static async Task RunAsync(Scoreboard board)
    {
        var scale = double.TryParse(Environment.GetEnvironmentVariable("MLOPS_BENCH_SCALE"), System.Globalization.CultureInfo.InvariantCulture, out var s) ? s : 1;
        using var scratch = new Scratch();
        var source = DataTree.Write(scratch.Next("source"), scale);
        var gigabytes = Tool.Size(source) / 1e9;
        var restic = Tool.Exists("restic");

        await FirstAsync(board, scratch, source, restic);
        await PeakAsync(board, scratch, source);
        await UnchangedAsync(board, scratch, Path.Combine(source, "small"), restic);
        await ReadAsync(board, scratch, source, gigabytes);
        await ChangesAsync(board, scratch, source, scale);
    }

    private static async Task FirstAsync(Scoreboard board, Scratch scratch, string source, bool restic)
    {
        Task<double> Snapshot(Compression compression) => OnceAsync(scratch, source, compression);
        await board.RatioAsync("first-snapshot-to-cp", " s", Goal.AtMost(1.3), () => Snapshot(Compression.None), () => CopyAsync(scratch, source), rounds: 3);
        await board.RatioAsync("first-snapshot-to-openssl", " s", Goal.AtMost(5), () => Snapshot(Compression.None), () => Tool.CpuAsync($"find {source} -type f -print0 | xargs -0 openssl dgst -sha256"), rounds: 3);
        if (!restic) return;
        await board.RatioAsync("first-snapshot-to-restic", " s", Goal.AtMost(0.5), () => Snapshot(Compression.None), () => ResticAsync(scratch, source, "off"), rounds: 3);
        await board.RatioAsync("first-brotli-snapshot-to-restic", " s", Goal.AtMost(0.6), () => Snapshot(Compression.Brotli), () => ResticAsync(scratch, source, "auto"), rounds: 3);
        var (ours, theirs) = (scratch.Next("store"), scratch.Next("restic"));
        await using (var mlops = Open(ours, Compression.Brotli)) await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source));
        await Tool.CpuAsync($"restic -q init -r {theirs} && restic -q backup -r {theirs} {source}");
        board.Exact("brotli-bytes-to-restic", "x", Goal.AtMost(1), (double)Tool.Size(ours) / Tool.Size(theirs));
        Remove(ours, theirs);
    }

    private static async Task UnchangedAsync(Scoreboard board, Scratch scratch, string small, bool restic)
    {
        var (ours, theirs) = (scratch.Next("store"), scratch.Next("restic"));
        await using var mlops = Open(ours, Compression.None);
        await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(small));
        Task<double> Again() => Tool.OursAsync(async () => await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(small)));
        if (restic)
        {
            await Tool.CpuAsync($"restic -q init -r {theirs} && restic -q backup --compression off -r {theirs} {small}");
            await board.RatioAsync("unchanged-20000-files-to-restic", " s", Goal.AtMost(0.25), Again, () => Tool.CpuAsync($"restic -q backup --compression off -r {theirs} {small}"), rounds: 5);
        }
        else await board.BestAsync("unchanged-20000-files", " s", Goal.AtMost(0.3, " s"), Again, rounds: 5);
    }

    private static async Task ReadAsync(Scoreboard board, Scratch scratch, string source, double gigabytes)
    {
        var store = scratch.Next("store");
        await using var mlops = Open(store, Compression.None);
        var version = await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source));
        await board.RatioAsync("restore-to-cp", " s", Goal.AtMost(1.5),
            async () =>
            {
                var target = scratch.Next("restored");
                var cpu = await Tool.OursAsync(async () => await mlops.Datasets.RestoreAsync(version, target));
                Remove(target);
                return cpu;
            },
            () => CopyAsync(scratch, source), rounds: 3);
        await board.BestAsync("verify-per-gb", " s", Goal.AtMost(1, " s"), async () => await Tool.OursAsync(async () => await mlops.DatasetUpkeep.VerifyAsync()) / gigabytes, rounds: 3);
    }

    private static async Task ChangesAsync(Scoreboard board, Scratch scratch, string source, double scale)
    {
        var store = scratch.Next("store");
        await using var mlops = Open(store, Compression.None);
        await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source));
        var blobs = Path.Combine(store, "blobs", "chunks+");
        async Task<double> GrowthAsync(Action change)
        {
            change();
            var before = Tool.Size(blobs);
            await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source));
            return (Tool.Size(blobs) - before) / 1e6;
        }

        board.Exact("delete-stores", " MB", Goal.AtMost(0.05, " MB"), await GrowthAsync(() => File.Delete(Path.Combine(source, "small", "00", "00077.bin"))));
        board.Exact("rename-stores", " MB", Goal.AtMost(0.05, " MB"), await GrowthAsync(() => File.Move(Path.Combine(source, "small", "00", "00078.bin"), Path.Combine(source, "small", "01", "renamed.bin"))));
        board.Exact("append-1-percent-stores", " MB", Goal.AtMost(5.2 * scale, " MB"), await GrowthAsync(() => DataTree.Append(source)));
        board.Exact("one-row-at-the-top-stores", " MB", Goal.AtMost(0.3, " MB"), await GrowthAsync(() => DataTree.InsertRow(source)));
    }

    /// <summary>In a process of its own, which does nothing else.</summary>
    private static async Task PeakAsync(Scoreboard board, Scratch scratch, string source)
    {
        var start = new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "snapshot", source, scratch.Next("store")]) { RedirectStandardOutput = true };
        // As the mlops command is built: it does one thing and ends.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_GCConserveMemory"] = "5";
        using var process = Process.Start(start)!;
        var peak = double.Parse(await process.StandardOutput.ReadToEndAsync(), System.Globalization.CultureInfo.InvariantCulture);
        await process.WaitForExitAsync();
        board.Exact("first-snapshot-peak-memory", " MB", Goal.AtMost(150, " MB"), peak / 1e6);
    }

    /// <summary>What the child does: one snapshot; it prints its peak memory in bytes.</summary>
    public static async Task SnapshotAsync(string source, string store)
    {
        await using (var mlops = Open(store, Compression.None)) await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source));
        using var me = Process.GetCurrentProcess();
        Console.Write(me.PeakWorkingSet64);
    }

    private static async Task<double> OnceAsync(Scratch scratch, string source, Compression compression)
    {
        var store = scratch.Next("store");
        double cpu;
        await using (var mlops = Open(store, compression))
        {
            // The store's own first write is not what is measured.
            await mlops.Datasets.CommitAsync("other", DatasetChange.Whole().PutText("x", "x"));
            cpu = await Tool.OursAsync(async () => await mlops.Datasets.CommitAsync("data", DatasetChange.Folder(source)));
        }

        Remove(store);
        return cpu;
    }

    private static async Task<double> CopyAsync(Scratch scratch, string source)
    {
        var target = scratch.Next("copy");
        var cpu = await Tool.CpuAsync($"cp -r {source} {target}");
        Remove(target);
        return cpu;
    }

    private static async Task<double> ResticAsync(Scratch scratch, string source, string compression)
    {
        var store = scratch.Next("restic");
        await Tool.CpuAsync($"restic -q init -r {store}");
        var cpu = await Tool.CpuAsync($"restic -q backup --no-cache --compression {compression} -r {store} {source}");
        Remove(store);
        return cpu;
    }

    private static MLOpsClient Open(string store, Compression compression) => MLOpsClient.Create(store, o => o.UseData(d => d.Compression = compression));

    private static void Remove(params string[] folders)
    {
        foreach (var folder in folders) Directory.Delete(folder, recursive: true);
    }
}
