using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Testing;

namespace MLOps.Storage.Decorators;

[NonParallelizable]
public sealed class MeteringTests
{
    [Test]
    public async Task Every_call_is_measured_with_its_outcome_and_nothing_of_its_content()
    {
        var measured = new List<string>();
        var spans = new List<string>();
        var bytes = 0L;
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name.StartsWith("mlops.storage.", StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) => { lock (measured) measured.Add(string.Join(' ', tags.ToArray().Select(t => t.Value))); });
        meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref bytes, value));
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MLOpsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => { lock (spans) spans.Add($"{activity.OperationName} {activity.Status} {string.Join(' ', activity.Tags)}"); },
        };
        ActivitySource.AddActivityListener(activities);

        var plan = new FaultPlan();
        await using var mlops = MLOpsClient.Create(configure: o => o.UseMemory().AddFaults(plan).AddStorageMetering());
        await mlops.Datasets.CommitAsync("secret-name", DatasetChange.Edit().PutText("a.csv", "secret content"));
        plan.Add(new(StorageCall.RecordCommit, plan.Count(StorageCall.RecordCommit) + 1, FaultKind.FailBefore));
        Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await mlops.Datasets.CommitAsync("secret-name", DatasetChange.Edit().PutText("a.csv", "more")));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await mlops.Services.Get<IBlobStore>().OpenAsync("none"));

        Assert.Multiple(() =>
        {
            Assert.That(measured, Does.Contain("blobs write ok").And.Contain("records commit ok").And.Contain("records commit unavailable").And.Contain("blobs open not-found"));
            Assert.That(spans, Has.Some.StartsWith("mlops.storage.records.commit Error"));
            Assert.That(spans, Has.Some.StartsWith("mlops.storage.blobs.write Unset"));
            Assert.That(bytes, Is.GreaterThan("secret content".Length));
            Assert.That(string.Join('\n', measured.Concat(spans)), Does.Not.Contain("secret"));
        });
    }
}
