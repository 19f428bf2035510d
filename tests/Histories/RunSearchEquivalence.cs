using MLOps.Experiments;
using MLOps.Storage;

namespace MLOps.Tests.Histories;

/// <summary>A search of random runs by text, the same by objects, and a plain reading of every run agree.</summary>
internal static class RunSearchEquivalence
{
    /// <param name="tracker">Where the runs are tracked.</param>
    /// <param name="tick">Lets time pass between two runs.</param>
    /// <param name="token">Cancels.</param>
    public static async Task OfRandomRunsAsync(IExperimentTracker tracker, Action tick, CancellationToken token)
    {
        var random = new Random(17);
        var runs = new List<Run>();
        for (var i = 0; i < 120; i++)
        {
            tick();
            runs.Add(await RunAsync(random, i));
        }

        var (some, several) = (0, 0);
        for (var i = 0; i < Effort.Of(300, 5_000); i++)
        {
            var question = RandomRunFilter.Next(random, depth: 3);
            var expected = runs.Where(question.Holds).Select(r => r.Id).Order(StringComparer.Ordinal).ToList();
            Assert.That(await IdsAsync(RunFilter.Parse(question.Text)), Is.EqualTo(expected), question.Text);
            Assert.That(await IdsAsync(question.Filter), Is.EqualTo(expected), question.Text);
            if (expected.Count > 0) some++;
            if (expected.Count is > 5 and < 115) several++;
        }

        Assert.That((some, several), Is.GreaterThan((100, 50)), "the questions were worth asking");

        async Task<List<string>> IdsAsync(Filter filter) =>
            [.. (await tracker.QueryRunsAsync(new() { Filter = filter, Deleted = null }, token).Select(r => r.Id).ToListAsync(token)).Order(StringComparer.Ordinal)];

        async Task<Run> RunAsync(Random random, int i)
        {
            var parameters = RandomRunFilter.Params.Where(_ => random.Next(4) > 0).ToDictionary(n => n, _ => RandomRunFilter.ParamValue(random));
            var tags = RandomRunFilter.Tags.Where(_ => random.Next(3) > 0).ToDictionary(n => n, _ => RandomRunFilter.TagValue(random));
            await using var run = await tracker.StartRunAsync(random.Next(2) == 0 ? "one" : "two", new() { Name = $"run {i}", Params = parameters, Tags = tags }, token);
            foreach (var name in RandomRunFilter.Metrics)
                for (var step = random.Next(4); step > 0; step--) run.Log(run.Metric(name), RandomRunFilter.Number(random), step);
            await run.CompleteAsync(random.Next(3) == 0 ? RunStatus.Failed : RunStatus.Finished, cancellationToken: token);
            return await tracker.GetRunAsync(run.Id, token);
        }
    }
}
