namespace MLOps.Serving;

/// <summary>Counts the calls inside a model and refuses those beyond a bound. Thread-safe.</summary>
internal sealed class CallBound(string model, int most)
{
    private PaddedCounter _inside;

    /// <exception cref="MLOpsOverloadedException">There are as many inside as may be.</exception>
    public void Enter()
    {
        if (Interlocked.Increment(ref _inside.Value) <= most) return;
        Leave();
        throw new MLOpsOverloadedException($"'{model}' has {most} calls inside, as many as ServedModelOptions.MaximumCalls allows. Ask again later, or raise it.", TimeSpan.FromSeconds(1));
    }

    public void Leave() => Interlocked.Decrement(ref _inside.Value);
}
