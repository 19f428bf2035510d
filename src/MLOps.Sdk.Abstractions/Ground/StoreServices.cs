using Microsoft.Extensions.DependencyInjection;

namespace MLOps;

/// <summary>The services of one store: the unkeyed ones of the default store, or those under a key.</summary>
/// <param name="provider">The application's provider.</param>
/// <param name="key">Null for the default store.</param>
public readonly struct StoreServices(IServiceProvider provider, string? key)
{
    /// <summary>The application's provider, for services that are not of a store (logging, time).</summary>
    public IServiceProvider Provider { get; } = provider;

    /// <summary>Null for the default store.</summary>
    public string? Key { get; } = key;

    /// <summary>A service of this store.</summary>
    /// <exception cref="InvalidOperationException">It is not registered.</exception>
    public T Get<T>() where T : notnull => Key is null ? Provider.GetRequiredService<T>() : Provider.GetRequiredKeyedService<T>(Key);

    /// <summary>A service of this store, or null.</summary>
    public T? Find<T>() => Key is null ? Provider.GetService<T>() : Provider.GetKeyedService<T>(Key);

    /// <summary>All implementations of a service of this store, in order of registration.</summary>
    public IEnumerable<T> All<T>() => Key is null ? Provider.GetServices<T>() : Provider.GetKeyedServices<T>(Key);

    /// <summary>The clock: the application's <see cref="TimeProvider"/> when one is registered, otherwise the system's.</summary>
    public TimeProvider Time => Provider.GetService<TimeProvider>() ?? TimeProvider.System;
}
