using Microsoft.Extensions.DependencyInjection;
using MLOps.Benchmarks.References;
using MLOps.Models;

namespace MLOps.Benchmarks.Ratios;

/// <summary>Registering and promoting, hashed and audited, against files and rows by hand.</summary>
internal static class RegistryFigures
{
    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        await using var mlops = MLOpsClient.Create(scratch.Next("store"), o => o.AddModelLoader<double, double>("bench", (_, _) => throw new NotSupportedException()));
        using var byHand = new RegistryByHand(scratch.Next("by-hand"));
        var random = new Random(7);
        var bytes = new byte[1 << 20];
        var (ours, theirs) = (0, 0);
        const int Each = 5;

        // Until the runtime has compiled the path for good on both sides.
        for (var i = 0; i < 60; i++)
        {
            await mlops.Models.RegisterAsync("bench", new ModelFolder(Folder(scratch, random, bytes), "bench"));
            byHand.Register("bench", ++theirs, bytes);
        }

        await board.RatioAsync("register-1-mb", " ms", Goal.AtMost(2),
            async () =>
            {
                var folders = Enumerable.Range(0, Each).Select(_ => Folder(scratch, random, bytes)).ToList();
                return await Clock.SecondsAsync(async () =>
                {
                    foreach (var folder in folders) ours = (await mlops.Models.RegisterAsync("bench", new ModelFolder(folder, "bench"))).Number;
                }) * 1e3 / Each;
            },
            () =>
            {
                random.NextBytes(bytes);
                return Task.FromResult(Clock.Seconds(() =>
                {
                    for (var i = 0; i < Each; i++) byHand.Register("bench", ++theirs, bytes);
                }) * 1e3 / Each);
            });

        var (move, moved) = (0, 0);
        await board.RatioAsync("alias-moves", "/s", Goal.AtLeast(0.5),
            async () => 20 / await Clock.SecondsAsync(async () =>
            {
                for (var i = 0; i < 20; i++) await mlops.Models.SetAliasAsync("bench", "champion", move++ % 10 + 1);
            }),
            () => Task.FromResult(20 / Clock.Seconds(() =>
            {
                for (var i = 0; i < 20; i++) byHand.MoveAlias("bench", "champion", moved++ % 10 + 1);
            })));

        await board.BestAsync("resolve-alias-from-store", " us", Goal.AtMost(50, " us"), async () => await Clock.SecondsAsync(async () =>
        {
            for (var i = 0; i < 500; i++) await mlops.Models.ResolveAsync("bench@champion");
        }) * 1e6 / 500);

        await using var followed = await mlops.Models.FollowAsync("bench");
        await board.BestAsync("resolve-alias", " ns", Goal.AtMost(100, " ns"), () => Task.FromResult(Clock.Nanoseconds(1_000_000, calls =>
        {
            for (var i = 0; i < calls; i++) followed.Resolve("champion");
        })));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) followed.Resolve("champion");
        board.Exact("resolve-alias-bytes", " B", Goal.AtMost(0, " B"), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Folder(Scratch scratch, Random random, byte[] bytes)
    {
        random.NextBytes(bytes);
        var folder = Directory.CreateDirectory(scratch.Next("model")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), bytes);
        return folder;
    }
}
