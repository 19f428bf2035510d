using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;

namespace MLOps.Benchmarks.References;

/// <summary>
/// A pool of prediction engines, written from the documented behaviour of ML.NET's PredictionEnginePool (since change 7626 of July 2026): an engine is not
/// thread-safe, so each call rents one from an object pool, uses it and returns it. Every model that is loaded has a pool of its own, and a rented engine is
/// noted in a weak table with the pool that it came from, so that it goes back there and not to the pool of a newer model: noted anew with every rent, looked up and
/// taken out with every return. The pool is the framework's, for disposable engines, keeping twice as many as there are processors.
/// </summary>
/// <remarks>Left out, which only makes it faster: the look-up of the pool by the model's name, and the mapping of columns inside the engine.</remarks>
internal sealed class EnginePool<TInput, TOutput>(Func<Func<TInput, TOutput>> load)
{
    private readonly ConditionalWeakTable<Engine, ObjectPool<Engine>> _rented = [];
    private volatile ObjectPool<Engine> _pool = Pool(load());

    public TOutput Predict(TInput input)
    {
        var engine = Rent();
        try
        {
            return engine.Predict(input);
        }
        finally
        {
            Return(engine);
        }
    }

    public void Reload() => _pool = Pool(load());

    private Engine Rent()
    {
        var pool = _pool;
        var engine = pool.Get();
        _rented.Remove(engine);
        _rented.Add(engine, pool);
        return engine;
    }

    private void Return(Engine engine)
    {
        if (!_rented.TryGetValue(engine, out var pool)) return;
        _rented.Remove(engine);
        pool.Return(engine);
    }

    // The provider gives its pool for disposable objects, as engines are.
    private static ObjectPool<Engine> Pool(Func<TInput, TOutput> model) =>
        new DefaultObjectPoolProvider { MaximumRetained = Environment.ProcessorCount * 2 }.Create(new Policy(model));

    private sealed class Engine(Func<TInput, TOutput> model) : IDisposable
    {
        public TOutput Predict(TInput input) => model(input);

        public void Dispose()
        {
            // Nothing native is behind this one.
        }
    }

    private sealed class Policy(Func<TInput, TOutput> model) : PooledObjectPolicy<Engine>
    {
        public override Engine Create() => new(model);

        public override bool Return(Engine obj) => true;
    }
}
