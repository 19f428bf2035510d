using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>
/// Makes endpoints appear in the application's API description, OpenAPI for instance: path, verb, what they take and which statuses they answer with. Schemas are left out,
/// because the application's types are known to the contexts given here and not to the description's own.
/// </summary>
internal static class EndpointDescriptions
{
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="answer">What it runs; its method marks the endpoint as one to be described.</param>
    /// <param name="summary">For people.</param>
    /// <param name="error">The media type of its errors.</param>
    /// <param name="statuses">What it answers with, 200 or 204 first.</param>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, RequestDelegate answer, string summary, string error, params int[] statuses)
    {
        endpoint.WithMetadata(answer.Method).WithSummary(summary).WithTags("MLOps");
        foreach (var status in statuses)
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(void), status == StatusCodes.Status204NoContent ? [] : [status < 300 ? "application/json" : error]));
        return endpoint;
    }
}
