using Microsoft.Extensions.DependencyInjection;
using MLOps.Testing;

namespace MLOps.Serving;

public sealed class BatchingTests
{
    private readonly ManualTimeProvider _time = new();
    private BatchFormat _format = null!;
    private StoreProcess _store = null!;

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task A_lone_call_runs_at_once_on_its_own_thread()
    {
        var predictor = await OpenAsync();
        var thread = 0;
        _format.During = _ => thread = Environment.CurrentManagedThreadId;

        var answer = predictor.PredictAsync(21);

        Assert.That(answer.IsCompletedSuccessfully);
        Assert.That(((await answer).Value, thread), Is.EqualTo((42, Environment.CurrentManagedThreadId)));
    }

    [Test]
    public async Task Calls_that_arrive_while_the_model_is_busy_are_answered_together()
    {
        var predictor = await OpenAsync();
        var (busy, release) = Block();
        var first = Task.Run(async () => await predictor.PredictAsync(1));
        await busy;
        var others = Enumerable.Range(2, 10).Select(i => predictor.PredictAsync(i).AsTask()).ToList();
        var many = new PredictionOutcome<int>[5];
        var five = predictor.PredictBatchAsync(new[] { 20, 21, 22, 23, 24 }, many).AsTask();

        release();

        Assert.That((await Task.WhenAll([first, .. others])).Select(p => p.Value), Is.EqualTo(Enumerable.Range(1, 11).Select(i => 2 * i)));
        await five;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(many.Select(o => o.Prediction.Value), Is.EqualTo(new[] { 40, 42, 44, 46, 48 }));
            Assert.That(_format.Sizes, Is.EqualTo(new[] { 1, 15 }));
            Assert.That(others.Select(o => o.Result.Id).Concat(many.Select(o => o.Prediction.Id)).Distinct().Count(), Is.EqualTo(15));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Of_a_hundred_rows_with_a_poisoned_one_ninety_nine_are_answered(bool batching)
    {
        var predictor = await OpenAsync(batching ? new BatchingOptions { MaximumRows = 200 } : null);
        var rows = Enumerable.Range(0, 100).Select(i => i == 37 ? int.MinValue : i).ToArray();
        var outcomes = new PredictionOutcome<int>[100];

        await predictor.PredictBatchAsync(rows, outcomes);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcomes.Index().Where(o => !o.Item.Succeeded).Select(o => o.Index), Is.EqualTo(new[] { 37 }));
            Assert.That(outcomes[37].Error, Is.TypeOf<InvalidOperationException>());
            Assert.That(outcomes.Index().Where(o => o.Item.Succeeded).All(o => o.Item.Prediction.Value == 2 * o.Index));
            Assert.That(_format.Sizes, Has.Count.LessThanOrEqualTo(1 + (2 * 7)));
        }
    }

    [Test]
    public async Task A_bad_row_in_a_shared_batch_is_its_own_callers_error_only()
    {
        var predictor = await OpenAsync();
        var (busy, release) = Block();
        var first = Task.Run(async () => await predictor.PredictAsync(1));
        await busy;
        var good = predictor.PredictAsync(2).AsTask();
        var bad = predictor.PredictAsync(int.MinValue).AsTask();
        var alsoGood = predictor.PredictAsync(3).AsTask();

        release();

        await first;
        Assert.That(((await good).Value, (await alsoGood).Value), Is.EqualTo((4, 6)));
        Assert.That(async () => await bad, Throws.InvalidOperationException.With.Message.Contains("refuses this row"));
    }

    [Test]
    public async Task A_full_queue_refuses_before_any_work_and_takes_rows_again_when_callers_went_away()
    {
        var predictor = await OpenAsync(new() { QueueRows = 2 });
        var (busy, release) = Block();
        var first = Task.Run(async () => await predictor.PredictAsync(1));
        await busy;
        using var leaving = new CancellationTokenSource();
        var gone = predictor.PredictAsync(5, cancellationToken: leaving.Token).AsTask();
        var stays = predictor.PredictAsync(6).AsTask();

        Assert.That(async () => await predictor.PredictAsync(7), Throws.TypeOf<MLOpsOverloadedException>().With.Message.Contains("QueueRows is 2").And.Property("RetryAfter").GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        await leaving.CancelAsync();
        Assert.That(async () => await gone, Throws.InstanceOf<OperationCanceledException>());
        var comes = predictor.PredictAsync(8).AsTask();
        release();

        await first;
        Assert.That(((await stays).Value, (await comes).Value), Is.EqualTo((12, 16)));
        Assert.That(_format.Sizes, Is.EqualTo(new[] { 1, 2 }), "the cancelled row was not computed");
    }

    [Test]
    public async Task A_row_whose_deadline_passed_while_it_waited_is_not_computed()
    {
        var predictor = await OpenAsync();
        var (busy, release) = Block();
        var first = Task.Run(async () => await predictor.PredictAsync(1));
        await busy;
        var late = predictor.PredictAsync(2, new() { Deadline = _time.GetUtcNow().AddMilliseconds(10) }).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(11));

        release();

        await first;
        Assert.That(async () => await late, Throws.TypeOf<MLOpsOverloadedException>().With.Message.Contains("deadline"));
        Assert.That(() => predictor.Predict(2, new() { Deadline = _time.GetUtcNow().AddSeconds(-1) }), Throws.TypeOf<MLOpsOverloadedException>());
        Assert.That(_format.Sizes, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Rows_wait_for_company_only_while_they_lose_less_than_a_call_of_their_own_would_cost_the_next()
    {
        _store = new StoreProcess();
        var batches = new List<int>();
        var batcher = new MicroBatcher<int, int>("m", new() { MaximumDelay = TimeSpan.FromMilliseconds(50) }, batch =>
        {
            batches.Add(batch.Count);
            foreach (var rows in batch) rows.Complete();
        }, _time);
        for (var rows = 1; rows <= 5; rows++) batcher.Took(1, rows, TimeSpan.FromMilliseconds(10));

        // Ten milliseconds a call whatever its rows, and arrivals twice as far apart: nothing to gain.
        for (var i = 0; i < 3; i++) Assert.That(Arrive(20), "arrivals are rare");
        // A millisecond apart: once that is seen, the next row waits for company.
        for (var i = 0; i < 60; i++) Arrive(1);
        Assert.That(Arrive(1), Is.False, "arrivals are dense");
        var first = Queue(1);
        Assert.That(batcher.Waiting, Is.EqualTo(1), "the model is free and the row waits");
        Assert.That(Arrive(1), Is.False);
        var second = Queue(2);
        Assert.That(batcher.Waiting, Is.EqualTo(2));
        _time.Advance(TimeSpan.FromMilliseconds(50));

        await Task.WhenAll(first, second);
        Assert.That(batches, Is.EqualTo(new[] { 2 }));

        bool Arrive(int milliseconds)
        {
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            if (!batcher.TryEnter(1)) return false;
            batcher.Finished();
            return true;
        }

        Task Queue(int row)
        {
            var queued = new QueuedRows<int, int>(new[] { row }, new PredictionOutcome<int>[1], default, _time.GetTimestamp());
            batcher.Enqueue(queued);
            return queued.Done;
        }
    }

    [Test]
    public async Task A_request_larger_than_a_batch_goes_in_pieces()
    {
        var predictor = await OpenAsync(new() { MaximumRows = 8, QueueRows = 10 });
        var (busy, release) = Block();
        var first = Task.Run(async () => await predictor.PredictAsync(1));
        await busy;
        var outcomes = new PredictionOutcome<int>[20];
        var large = predictor.PredictBatchAsync(Enumerable.Range(0, 20).ToArray(), outcomes).AsTask();

        release();

        await Task.WhenAll(first, large);
        Assert.That(outcomes.Select(o => o.Prediction.Value), Is.EqualTo(Enumerable.Range(0, 20).Select(i => 2 * i)));
        Assert.That(_format.Sizes, Is.EqualTo(new[] { 1, 8, 8, 4 }));
    }

    [Test]
    public async Task Every_call_under_load_gets_its_own_answer_while_versions_change()
    {
        var predictor = await OpenAsync(new() { MaximumRows = 16, Concurrency = 2 });
        for (var i = 0; i < 5; i++) await _store.Registry.RegisterAsync("m", $"v{i}");
        var loads = Effort.Of(4_000, 100_000);
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < loads / 8; i++)
            {
                var input = (caller * loads) + i;
                var answer = await predictor.PredictAsync(input);
                Assert.That(answer.Value, Is.EqualTo(input * 2));
            }
        })).ToList();
        for (var version = 1; version <= 6; version++)
        {
            await _store.Registry.SetAliasAsync("m", "champion", version);
            await _store.Server.RefreshAsync("m");
        }

        await Task.WhenAll(callers);
        Assert.That(_format.Sizes.Sum(), Is.EqualTo(loads / 8 * 8));
        Assert.That(_format.Sizes, Has.All.LessThanOrEqualTo(16));
    }

    [TestCase(0, 1, 1, 0, "MaximumRows")]
    [TestCase(1, 0, 1, 0, "QueueRows")]
    [TestCase(1, 1, 0, 0, "Concurrency")]
    [TestCase(1, 1, 1, 1001, "MaximumDelay")]
    [TestCase(1, 1, 1, -1, "MaximumDelay")]
    public void Options_out_of_range_are_refused_by_name(int rows, int queue, int concurrency, int delay, string names)
    {
        var batching = new BatchingOptions { MaximumRows = rows, QueueRows = queue, Concurrency = concurrency, MaximumDelay = TimeSpan.FromMilliseconds(delay) };
        _store = new StoreProcess();

        Assert.That(() => new ServiceCollection().AddMLOps(b => b.AddModel<int, int>("m", m => m.Batching = batching)), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains($"'m' has {names}"));
    }

    [Test]
    public void The_cost_of_a_call_is_fitted_and_another_versions_cost_forgotten()
    {
        _store = new StoreProcess();
        var fit = new LatencyFit();
        for (var i = 0; i < 50; i++) fit.Add(8, 0.016);
        Assert.That((fit.Fixed, fit.Each), Is.EqualTo((0, 0.002)).Within(1e-12), "one size says nothing about a fixed cost");

        for (var i = 0; i < 300; i++) fit.Add(1 + (i % 9), 0.005 + (0.001 * (1 + (i % 9))));
        Assert.That((fit.Fixed, fit.Each), Is.EqualTo((0.005, 0.001)).Within(1e-5));
        fit.Reset();
        Assert.That(fit.Fixed, Is.Zero);
    }

    private Task<IPredictor<int, int>> OpenAsync() => OpenAsync(new BatchingOptions());

    private async Task<IPredictor<int, int>> OpenAsync(BatchingOptions? batching)
    {
        _format = new BatchFormat();
        _store = new StoreProcess(b => b.AddModelFormat(_ => _format).AddModel<int, int>("m", m => m.Batching = batching), time: _time);
        await _store.Registry.RegisterAsync("m", "twice");
        await _store.Registry.SetAliasAsync("m", "champion", 1);
        return await _store.Server.GetAsync<int, int>("m");
    }

    /// <summary>Holds the next call of the model until it is released.</summary>
    private (Task Busy, Action Release) Block()
    {
        var busy = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        _format.During = _ =>
        {
            _format.During = null;
            busy.SetResult();
            release.Task.Wait(TimeSpan.FromMinutes(1));
        };
        return (busy.Task, release.SetResult);
    }
}
