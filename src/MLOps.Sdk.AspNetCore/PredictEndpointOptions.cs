using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>What an endpoint tells a model's route about a request, while several versions share the traffic.</summary>
public sealed record PredictEndpointOptions
{
    /// <summary>Who or what the request is about, so that the same user gets the same version: a claim for instance. Null, the default, for a version by chance.</summary>
    public Func<HttpContext, string?>? RouteKey { get; init; }

    /// <summary>The customer that the request belongs to; null, the default, for none.</summary>
    public Func<HttpContext, string?>? Tenant { get; init; }

    /// <summary>Whether a route may look at the request's headers; false by default, because whoever knows such a header chooses his version by it.</summary>
    public bool RouteByHeaders { get; init; }
}
