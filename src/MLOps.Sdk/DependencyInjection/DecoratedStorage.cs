using MLOps;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Puts a store's decorators around whatever backend was chosen for a seam, once. The chosen one moves under a key of its
/// own, which the container goes on to dispose; rooms and applications see the decorated one only.
/// </summary>
/// <param name="decorated">The registration that already is the decorated store.</param>
internal sealed class DecoratedStorage<TSeam>(ServiceDescriptor decorated) where TSeam : class
{
    private sealed record InnerKey(string? Store);

    /// <summary>Wraps the registration unless that was done, or there is nothing to put around it.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="outermost">What stands around all decorators; null for nothing.</param>
    public static void Wrap(MLOpsBuilder builder, Func<StoreServices, TSeam, TSeam>? outermost = null)
    {
        var services = builder.Services;
        if (outermost is null && !services.Any(d => d.ServiceType == typeof(StorageDecorator<TSeam>) && Equals(d.ServiceKey, builder.Key))) return;
        var chosen = services.Last(d => d.ServiceType == typeof(TSeam) && Equals(d.ServiceKey, builder.Key));
        var marker = services.LastOrDefault(d => d.ServiceType == typeof(DecoratedStorage<TSeam>) && Equals(d.ServiceKey, new InnerKey(builder.Key)));
        if (marker?.KeyedImplementationInstance is DecoratedStorage<TSeam> known && known.IsFor(chosen)) return;

        var key = new InnerKey(builder.Key);
        for (var i = services.Count - 1; i >= 0; i--)
            if (key.Equals(services[i].ServiceKey)) services.RemoveAt(i);
        services.Remove(chosen);
        services.Add(Rekeyed(chosen, key));
        builder.Use(s =>
        {
            var store = s.All<StorageDecorator<TSeam>>().Aggregate(Undecorated(s), (inner, decorator) => decorator.Decorate(s, inner));
            return outermost is null ? store : outermost(s, store);
        });
        services.Add(ServiceDescriptor.KeyedSingleton(key, new DecoratedStorage<TSeam>(services[^1])));
    }

    /// <summary>The backend itself, with nothing around it.</summary>
    public static TSeam Undecorated(StoreServices services) =>
        services.Provider.GetKeyedService<TSeam>(new InnerKey(services.Key)) ?? services.Get<TSeam>();

    private bool IsFor(ServiceDescriptor descriptor) => ReferenceEquals(decorated, descriptor);

    private static ServiceDescriptor Rekeyed(ServiceDescriptor from, InnerKey key)
    {
        if (!from.IsKeyedService)
        {
            if (from.ImplementationInstance is { } instance) return new(typeof(TSeam), key, instance);
            if (from.ImplementationFactory is { } factory) return new(typeof(TSeam), key, (provider, _) => factory(provider), from.Lifetime);
            return new(typeof(TSeam), key, from.ImplementationType!, from.Lifetime);
        }

        if (from.KeyedImplementationInstance is { } keyedInstance) return new(typeof(TSeam), key, keyedInstance);
        if (from.KeyedImplementationFactory is { } keyedFactory) return new(typeof(TSeam), key, (provider, _) => keyedFactory(provider, from.ServiceKey), from.Lifetime);
        return new(typeof(TSeam), key, from.KeyedImplementationType!, from.Lifetime);
    }
}
