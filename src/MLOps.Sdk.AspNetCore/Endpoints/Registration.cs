using Microsoft.Extensions.DependencyInjection;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Finds out while routes are mapped, rather than with the first request, that the store was never registered.</summary>
internal static class Registration
{
    public static void Require<TService>(IServiceProvider services, string? key, string caller)
    {
        var known = services.GetService<IServiceProviderIsKeyedService>();
        if (known is null) return;
        if (key is null ? known.IsService(typeof(TService)) : known.IsKeyedService(typeof(TService), key)) return;
        throw new InvalidOperationException(key is null
            ? $"{caller} needs a store: call builder.Services.AddMLOps(...) before builder.Build()."
            : $"{caller} needs the store '{key}': call builder.Services.AddMLOps(\"{key}\", ...) before builder.Build().");
    }
}
