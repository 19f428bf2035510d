using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MLOps.Serving;
using MLOps.Storage;

namespace MLOps.AspNetCore.Health;

/// <summary>Whether this process can do its work: read its store, and answer for every model it declared.</summary>
internal sealed class ReadyHealthCheck(StoreServices services) : IHealthCheck
{
    // Neither exists; asking for them makes both seams go to their backend.
    private static readonly RecordKey s_record = new("models", "mlops-health-check");
    private static readonly string s_blob = $"cas/e3/{Digest.Of([]).Hex}";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await services.Get<IRecordStore>().GetAsync(s_record, cancellationToken).ConfigureAwait(false);
        await services.Get<IBlobStore>().StatAsync(s_blob, cancellationToken).ConfigureAwait(false);

        var served = services.Get<IModelServer>().Served;
        var data = new Dictionary<string, object>();
        foreach (var model in served) data[model.Model] = Describe(model);

        var missing = served.Where(m => m.Number is null).Select(m => m.Model).ToList();
        if (missing.Count > 0) return new HealthCheckResult(context.Registration.FailureStatus, $"No version is loaded of: {string.Join(", ", missing)}.", data: data);
        var stale = served.Where(m => m.LastError is not null).Select(m => m.Model).ToList();
        return stale.Count > 0
            ? HealthCheckResult.Degraded($"A version could not be loaded, and the one before goes on answering, of: {string.Join(", ", stale)}.", data: data)
            : HealthCheckResult.Healthy("The store answers and every declared model has a version loaded.", data);
    }

    private static string Describe(ServedModel model)
    {
        var state = model.Number is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"version {number} by alias '{model.Alias}'")
            : $"no version loaded; alias '{model.Alias}'";
        return model.LastError is null ? state : $"{state}; {model.LastError}";
    }
}
