using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MLOps.AspNetCore.Health;

internal sealed class LiveHealthCheck : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy("The process answers."));
}
