using Microsoft.Extensions.ObjectPool;

namespace MLOps.Benchmarks.References;

/// <summary>
/// A pool of prediction engines, written from the documented behaviour of ML.NET's PredictionEnginePool: an engine is not thread-safe, so each
/// call rents one from an object pool, uses it and returns it; when the model is loaded anew, a new pool takes over, and an engine of an
/// old generation is dropped when it is returned. The engine here only calls the model: a real one maps columns as well.
/// </summary>
internal sealed class EnginePool<TInput, TOutput>(Func<Func<TInput, TOutput>> load)
{
    private volatile Loaded _loaded = new(load(), 1);

    public (TOutput Value, int Generation) Predict(TInput input)
    {
        var loaded = _loaded;
        var engine = loaded.Pool.Get();
        try
        {
            return (engine.Predict(input), engine.Generation);
        }
        finally
        {
            loaded.Pool.Return(engine);
        }
    }

    public void Reload() => _loaded = new(load(), _loaded.Generation + 1);

    private sealed class Loaded
    {
        public Loaded(Func<TInput, TOutput> model, int generation) =>
            (Generation, Pool) = (generation, new DefaultObjectPool<Engine>(new Policy(model, generation), Environment.ProcessorCount * 2));

        public int Generation { get; }

        public DefaultObjectPool<Engine> Pool { get; }
    }

    private sealed class Engine(Func<TInput, TOutput> model, int generation)
    {
        public int Generation { get; } = generation;

        public TOutput Predict(TInput input) => model(input);
    }

    private sealed class Policy(Func<TInput, TOutput> model, int generation) : PooledObjectPolicy<Engine>
    {
        public override Engine Create() => new(model, generation);

        public override bool Return(Engine obj) => obj.Generation == generation;
    }
}
