using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLOps;
using MLOps.AspNetCore.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health checks of a store and its served models.</summary>
public static class HealthCheckExtensions
{
    /// <summary>
    /// Adds two checks. <c>mlops-ready</c>, tagged <c>ready</c>: the store answers and every model declared with <c>AddModel</c> has a
    /// version loaded; otherwise unhealthy, with data that names the models and why. Degraded when a newer version could not be loaded
    /// and an older one goes on answering. <c>mlops-live</c>, tagged <c>live</c>: the process answers; it asks neither the store nor a
    /// model, because restarting the process would mend neither.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="key">The store's key, which the checks' names then end in; null for the default store.</param>
    public static IHealthChecksBuilder AddMLOps(this IHealthChecksBuilder builder, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var suffix = key is null ? "" : $"-{Name.Require(key, "store key")}";
        return builder
            .Add(new HealthCheckRegistration($"mlops-ready{suffix}", provider => new ReadyHealthCheck(new StoreServices(provider, key)), HealthStatus.Unhealthy, ["ready"], TimeSpan.FromSeconds(5)))
            .Add(new HealthCheckRegistration($"mlops-live{suffix}", _ => new LiveHealthCheck(), HealthStatus.Unhealthy, ["live"]));
    }
}
