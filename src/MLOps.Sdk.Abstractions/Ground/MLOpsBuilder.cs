using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MLOps;

/// <summary>
/// What <c>AddMLOps</c> hands to its callback: the services of one store. A <c>Use…</c> extension replaces the one of its
/// kind, an <c>Add…</c> extension adds one of many. Neither does I/O.
/// </summary>
/// <param name="services">Where to register.</param>
/// <param name="key">Null for the default store; otherwise the key under which a second store's services are registered.</param>
public sealed class MLOpsBuilder(IServiceCollection services, string? key)
{
    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Null for the default store; otherwise the key under which this store's services are registered.</summary>
    public string? Key { get; } = key;

    /// <summary>Registers the one implementation of a service of this store, replacing an earlier one.</summary>
    /// <typeparam name="TService">An interface of this library, a storage seam for instance.</typeparam>
    /// <param name="factory">Makes the singleton on first use; the scope gives the store's other services.</param>
    public MLOpsBuilder Use<TService>(Func<StoreServices, TService> factory) where TService : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        for (var i = Services.Count - 1; i >= 0; i--)
            if (Services[i].ServiceType == typeof(TService) && Equals(Services[i].ServiceKey, Key)) Services.RemoveAt(i);
        return Add(factory);
    }

    /// <summary>Registers one more implementation of a service of this store, a model format or a drift test for instance.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <param name="factory">Makes the singleton on first use; the scope gives the store's other services.</param>
    public MLOpsBuilder Add<TService>(Func<StoreServices, TService> factory) where TService : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        Services.Add(Describe(factory));
        return this;
    }

    /// <summary>Registers a service of this store unless the application already did.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <param name="factory">Makes the singleton on first use; the scope gives the store's other services.</param>
    public MLOpsBuilder TryUse<TService>(Func<StoreServices, TService> factory) where TService : class
    {
        ArgumentNullException.ThrowIfNull(factory);
        Services.TryAdd(Describe(factory));
        return this;
    }

    /// <summary>
    /// Puts a decorator around a storage seam of this store, whichever backend is chosen, before or after this call. Each
    /// stands around those that were added before it. A second one of the same kind takes the first one's place.
    /// </summary>
    /// <typeparam name="TSeam"><see cref="Storage.IBlobStore"/>, <see cref="Storage.IRecordStore"/> or <see cref="Storage.IStreamStore"/>.</typeparam>
    /// <param name="kind">What it does: <c>retry</c>.</param>
    /// <param name="decorate">Makes it, once, around what it decorates. It does not own that: the container disposes both.</param>
    public MLOpsBuilder Decorate<TSeam>(string kind, Func<StoreServices, TSeam, TSeam> decorate) where TSeam : class
    {
        var decorator = new StorageDecorator<TSeam>(kind, decorate);
        var descriptor = Key is null ? ServiceDescriptor.Singleton(decorator) : ServiceDescriptor.KeyedSingleton(Key, decorator);
        for (var i = 0; i < Services.Count; i++)
        {
            var known = Services[i];
            if (known.ServiceType != typeof(StorageDecorator<TSeam>) || !Equals(known.ServiceKey, Key)) continue;
            if (((StorageDecorator<TSeam>)(known.IsKeyedService ? known.KeyedImplementationInstance : known.ImplementationInstance)!).Kind != kind) continue;
            Services[i] = descriptor;
            return this;
        }

        Services.Add(descriptor);
        return this;
    }

    private ServiceDescriptor Describe<TService>(Func<StoreServices, TService> factory) where TService : class
    {
        var key = Key;
        return key is null
            ? ServiceDescriptor.Singleton(provider => factory(new StoreServices(provider, null)))
            : ServiceDescriptor.KeyedSingleton<TService>(key, (provider, _) => factory(new StoreServices(provider, key)));
    }
}
