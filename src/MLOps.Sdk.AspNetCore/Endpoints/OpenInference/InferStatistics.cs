namespace MLOps.AspNetCore.Endpoints;

/// <summary>What inference requests of a model came to: the protocol's statistics extension. Thread-safe.</summary>
internal sealed class InferStatistics
{
    private long _rows, _executions, _last, _successes, _successTicks, _failures, _failureTicks, _inputTicks, _inferTicks, _outputTicks;

    public long Rows => Interlocked.Read(ref _rows);

    public long Executions => Interlocked.Read(ref _executions);

    /// <summary>When the last request was answered: milliseconds since 1970; 0 for never.</summary>
    public long Last => Interlocked.Read(ref _last);

    public (long Count, long Ticks) Success => (Interlocked.Read(ref _successes), Interlocked.Read(ref _successTicks));

    public (long Count, long Ticks) Failure => (Interlocked.Read(ref _failures), Interlocked.Read(ref _failureTicks));

    public (long Input, long Infer, long Output) Ticks => (Interlocked.Read(ref _inputTicks), Interlocked.Read(ref _inferTicks), Interlocked.Read(ref _outputTicks));

    public void Answered(int rows, DateTimeOffset now, TimeSpan input, TimeSpan infer, TimeSpan output)
    {
        Interlocked.Add(ref _rows, rows);
        Interlocked.Increment(ref _executions);
        Interlocked.Exchange(ref _last, now.ToUnixTimeMilliseconds());
        Interlocked.Increment(ref _successes);
        Interlocked.Add(ref _successTicks, (input + infer + output).Ticks);
        Interlocked.Add(ref _inputTicks, input.Ticks);
        Interlocked.Add(ref _inferTicks, infer.Ticks);
        Interlocked.Add(ref _outputTicks, output.Ticks);
    }

    public void Failed(TimeSpan took)
    {
        Interlocked.Increment(ref _failures);
        Interlocked.Add(ref _failureTicks, took.Ticks);
    }
}
