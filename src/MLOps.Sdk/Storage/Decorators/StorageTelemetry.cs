using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MLOps.Storage.Decorators;

/// <summary>What is measured of every call on a seam. What nobody listens to costs a test of a flag.</summary>
internal static class StorageTelemetry
{
    private static readonly ActivitySource s_source = new(MLOpsTelemetry.ActivitySourceName);
    private static readonly Meter s_meter = new(MLOpsTelemetry.MeterName);
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram<double>("mlops.storage.duration", "s", "How long a call on a storage seam took; enumerations count to their last item.");
    private static readonly Counter<long> s_bytes = s_meter.CreateCounter<long>("mlops.storage.bytes", "By", "Bytes that were read from and written to the store.");

    /// <summary>Runs a call under a span and a stopwatch.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="seam"><c>blobs</c>, <c>records</c> or <c>streams</c>.</param>
    /// <param name="operation">The call: <c>write</c>.</param>
    /// <param name="call">The call.</param>
    public static async ValueTask<T> MeasureAsync<T>(TimeProvider time, string seam, string operation, Func<ValueTask<T>> call)
    {
        var (activity, start) = Begin(time, seam, operation);
        Exception? failure = null;
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            End(time, seam, operation, activity, start, failure);
        }
    }

    /// <summary>Measures an enumeration from its first step to its end, however it ends.</summary>
    public static async IAsyncEnumerable<T> MeasureAsync<T>(TimeProvider time, string seam, string operation, IAsyncEnumerable<T> items, Action<T>? seen = null)
    {
        var (activity, start) = Begin(time, seam, operation);
        Exception? failure = null;
        var enumerator = items.GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (true)
            {
                try
                {
                    if (!await enumerator.MoveNextAsync().ConfigureAwait(false)) yield break;
                }
                catch (Exception error)
                {
                    failure = error;
                    throw;
                }

                seen?.Invoke(enumerator.Current);
                yield return enumerator.Current;
            }
        }
        finally
        {
            await enumerator.DisposeAsync().ConfigureAwait(false);
            End(time, seam, operation, activity, start, failure);
        }
    }

    public static void Moved(string seam, string direction, long bytes)
    {
        if (s_bytes.Enabled && bytes > 0) s_bytes.Add(bytes, new TagList { { "mlops.storage.seam", seam }, { "mlops.storage.direction", direction } });
    }

    private static (Activity? Activity, long Start) Begin(TimeProvider time, string seam, string operation) =>
        (s_source.StartActivity($"mlops.storage.{seam}.{operation}", ActivityKind.Client), s_duration.Enabled ? time.GetTimestamp() : 0);

    private static void End(TimeProvider time, string seam, string operation, Activity? activity, long start, Exception? failure)
    {
        // The kind of error, never its message: that may name records.
        var outcome = failure switch { null => "ok", MLOpsException error => error.Code, OperationCanceledException => "cancelled", _ => "error" };
        if (start != 0 && s_duration.Enabled)
            s_duration.Record(time.GetElapsedTime(start).TotalSeconds, new TagList { { "mlops.storage.seam", seam }, { "mlops.storage.operation", operation }, { "mlops.storage.outcome", outcome } });
        if (activity is null) return;
        activity.SetTag("mlops.storage.outcome", outcome);
        if (failure is not null) activity.SetStatus(ActivityStatusCode.Error);
        activity.Dispose();
    }
}
