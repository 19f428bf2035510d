namespace MLOps.Serving;

/// <summary>Keeps a generation from being disposed. Dispose it exactly once, on any thread.</summary>
internal readonly struct GenerationLease<TInput, TOutput>(Generation<TInput, TOutput> generation, int stripe) : IDisposable
{
    public Generation<TInput, TOutput> Generation { get; } = generation;

    public void Dispose() => Generation.Release(stripe);
}
