using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Serving;

public sealed class SwapUnderLoadTests
{
    [Test]
    public async Task Alias_moves_under_load_fail_no_prediction_and_dispose_every_old_version_once_after_its_last_call()
    {
        // Versions that were really loaded and replaced: moves that come together are one swap.
        var swaps = Effort.Of(300, 10_000);
        var moves = 0;
        var format = new TrackedFormat();
        await using var store = new StoreProcess(b => b.AddModelFormat(_ => format).AddModel<int, int>("m"));
        for (var i = 1; i <= 5; i++) await store.Registry.RegisterAsync("m", i);
        await store.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await store.Server.GetAsync<int, int>("m");

        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => Load(predictor, stop.Token), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        await using var other = new StoreProcess(b => b.AddModelFormat(_ => format), store);
        for (; format.Loaded.Count <= swaps; moves++)
        {
            // Each other move is seen through the watch alone; the rest are asked for, in a race with the watch.
            await other.Registry.SetAliasAsync("m", "champion", 1 + ((moves + 1) % 5));
            if (moves % 2 == 0) await store.Server.RefreshAsync("m");
        }

        await store.Server.RefreshAsync("m");
        await stop.CancelAsync();
        var results = await Task.WhenAll(load);
        var last = predictor.Predict(0);
        await store.DisposeAsync();

        Assert.Multiple(() =>
        {
            Assert.That(results.Sum(r => r.Failed), Is.Zero, "failed predictions");
            Assert.That(results.Sum(r => r.Wrong), Is.Zero, "answers from another version than they say");
            Assert.That(results.Sum(r => r.Answered), Is.GreaterThan(moves));
            Assert.That(format.CallsAfterDisposal, Is.Zero);
            Assert.That(format.Loaded.Select(m => m.Disposals), Has.All.EqualTo(1));
            Assert.That(last.Version, Is.EqualTo(1 + (moves % 5)), "the newest wins");
        });
        TestContext.Out.WriteLine($"{format.Loaded.Count} swaps, {results.Sum(r => r.Answered)} predictions");
    }

    private static (long Answered, long Failed, long Wrong) Load(IPredictor<int, int> predictor, CancellationToken stop)
    {
        long answered = 0, failed = 0, wrong = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var prediction = predictor.Predict(7);
                answered++;
                if (prediction.Value != prediction.Version) wrong++;
            }
            catch (Exception)
            {
                failed++;
            }
        }

        return (answered, failed, wrong);
    }
}
