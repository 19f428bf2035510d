using System.Collections.Concurrent;
using System.Diagnostics;

namespace MLOps.Experiments;

/// <summary>Spans that name their run.</summary>
sealed class ActivityBridge : IDisposable
{
    private const int MostTraces = 1_000;

    private readonly IRun _run;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ActivityTraceId, byte> _traces = new();
    private readonly ActivityListener _listener;

    public ActivityBridge(IRun run, IReadOnlyCollection<string> sources, TimeProvider time)
    {
        (_run, _time) = (run, time);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Contains(source.Name, StringComparer.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = Mark,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    private void Mark(Activity activity)
    {
        activity.SetTag(RunBridges.RunAttribute, _run.Id);
        if (_traces.Count < MostTraces && _traces.TryAdd(activity.TraceId, 0))
            _run.WriteLine(new RunLogLine(_time.GetUtcNow(), "Trace", activity.Source.Name, $"{activity.DisplayName}: trace {activity.TraceId}"));
    }
}
