using MLOps;
using MLOps.Records;
using MLOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Puts the audit chain around whatever record store was chosen, once. The chosen one moves under a key of its own, which
/// the container goes on to dispose; rooms and applications see the audited one only.
/// </summary>
/// <param name="audited">The registration that already is the audited store.</param>
internal sealed class AuditedStorage(ServiceDescriptor audited)
{
    private sealed record InnerKey(string? Store);

    public static void Wrap(MLOpsBuilder builder)
    {
        var services = builder.Services;
        var chosen = services.Last(d => d.ServiceType == typeof(IRecordStore) && Equals(d.ServiceKey, builder.Key));
        var marker = services.LastOrDefault(d => d.ServiceType == typeof(AuditedStorage) && Equals(d.ServiceKey, new InnerKey(builder.Key)));
        if (marker?.KeyedImplementationInstance is AuditedStorage known && known.IsFor(chosen)) return;

        var key = new InnerKey(builder.Key);
        for (var i = services.Count - 1; i >= 0; i--)
            if (key.Equals(services[i].ServiceKey)) services.RemoveAt(i);
        services.Remove(chosen);
        services.Add(Rekeyed(chosen, key));
        builder.Use<IRecordStore>(s => new AuditedRecordStore(s.Provider.GetRequiredKeyedService<IRecordStore>(key), s.Time, s.All<CommitRule>()));
        services.Add(ServiceDescriptor.KeyedSingleton(key, new AuditedStorage(services[^1])));
    }

    private bool IsFor(ServiceDescriptor descriptor) => ReferenceEquals(audited, descriptor);

    private static ServiceDescriptor Rekeyed(ServiceDescriptor from, InnerKey key)
    {
        if (!from.IsKeyedService)
        {
            if (from.ImplementationInstance is { } instance) return new(typeof(IRecordStore), key, instance);
            if (from.ImplementationFactory is { } factory) return new(typeof(IRecordStore), key, (provider, _) => factory(provider), from.Lifetime);
            return new(typeof(IRecordStore), key, from.ImplementationType!, from.Lifetime);
        }

        if (from.KeyedImplementationInstance is { } keyedInstance) return new(typeof(IRecordStore), key, keyedInstance);
        if (from.KeyedImplementationFactory is { } keyedFactory) return new(typeof(IRecordStore), key, (provider, _) => keyedFactory(provider, from.ServiceKey), from.Lifetime);
        return new(typeof(IRecordStore), key, from.KeyedImplementationType!, from.Lifetime);
    }
}
