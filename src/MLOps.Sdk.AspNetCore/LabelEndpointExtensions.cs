using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps.AspNetCore.Endpoints;
using MLOps.Monitoring;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps an endpoint through which the truth about predictions arrives.</summary>
public static class LabelEndpointExtensions
{
    /// <summary>
    /// Maps <c>POST pattern</c>: the body is one label, <c>{"id":"p-…","value":12.5,"observedAt":"2012-05-01T18:00:00Z"}</c>, or an
    /// array of at most 10,000. <c>observedAt</c> may be left out. Answers 204 when all are durable.
    /// </summary>
    /// <remarks>
    /// All or nothing: one bad item refuses the whole request, with problem details that carry its <c>index</c> (from 0). 400 for a
    /// malformed id, a value that is not a finite number, or a member that a label does not have; 404 for a prediction that was never
    /// served from this store; 413 for a body over 4 MiB; 415 for a body that is not JSON. A label sent again or corrected is fine:
    /// for each prediction the one observed last counts. Anybody who reaches the endpoint may use it: add
    /// <c>RequireAuthorization()</c> where that is not wanted.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route: <c>/labels</c>.</param>
    /// <param name="key">The store's key; null for the default store.</param>
    /// <exception cref="InvalidOperationException"><c>AddMLOps</c> was not called.</exception>
    public static IEndpointConventionBuilder MapLabels(this IEndpointRouteBuilder endpoints, string pattern, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        Registration.Require<IModelMonitor>(endpoints.ServiceProvider, key, nameof(MapLabels));
        RequestDelegate take = new LabelsEndpoint(key).TakeAsync;
        return endpoints.MapPost(pattern, take)
            .WithDisplayName("Labels")
            .WithMetadata(new BodyLimit(4 << 20))
            .Describe(take, "The truth about predictions, known later", "application/problem+json", 204, 400, 404, 413, 415, 500, 503);
    }
}
