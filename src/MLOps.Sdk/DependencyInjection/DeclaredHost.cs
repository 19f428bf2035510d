using Microsoft.Extensions.Hosting;
using MLOps;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A background service that exists because something was declared for it.</summary>
internal static class DeclaredHost
{
    /// <summary>Registers the host with the first declaration of a store only: call it before the declaration is added.</summary>
    public static void AddHost<TDeclaration>(this MLOpsBuilder builder, Func<StoreServices, IHostedService> host)
    {
        if (builder.Services.Any(d => d.ServiceType == typeof(TDeclaration) && Equals(d.ServiceKey, builder.Key))) return;
        var key = builder.Key;
        builder.Services.AddSingleton(provider => host(new StoreServices(provider, key)));
    }
}
