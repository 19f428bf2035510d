using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps.AspNetCore.Endpoints;
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a served model in the manner of MLflow's scoring server.</summary>
public static class InvocationsEndpointExtensions
{
    /// <summary>
    /// Maps <c>POST pattern</c> to a model for clients that speak to an MLflow scoring server: the body is JSON with exactly one of <c>dataframe_split</c>,
    /// <c>dataframe_records</c>, <c>instances</c> and <c>inputs</c>, or CSV with a header line (<c>Content-Type: text/csv</c>). Answers <c>{"predictions":[…]}</c>, one for each row.
    /// </summary>
    /// <remarks>
    /// Errors are <c>{"error_code":"…","message":"…"}</c>: 400 for rows that are not the model's input, 413 for a body over 16 MiB, 415 for another content
    /// type, 429 and 503 with <c>Retry-After</c>, 500 without any detail when the model fails; one row that fails fails the request. At most 100,000 rows.
    /// </remarks>
    /// <typeparam name="TInput">As declared with <c>AddModel</c>.</typeparam>
    /// <typeparam name="TOutput">As declared with <c>AddModel</c>.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route: <c>/invocations</c>.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="input">How a row is read; from your source-generated context.</param>
    /// <param name="output">How an answer is written.</param>
    /// <param name="key">The store's key; null for the default store.</param>
    /// <param name="options">What the model's route is told of a request; null for the defaults.</param>
    /// <exception cref="InvalidOperationException"><c>AddMLOps</c> was not called, or <c>AddModel</c> not for this model with these types.</exception>
    public static IEndpointConventionBuilder MapInvocations<TInput, TOutput>(
        this IEndpointRouteBuilder endpoints, string pattern, string model, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output, string? key = null, PredictEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var endpoint = new InvocationsEndpoint<TInput, TOutput>(Registration.Caller<TInput, TOutput>(endpoints.ServiceProvider, key, model, options, nameof(MapInvocations)), input, output);
        return endpoints.MapPost(pattern, (RequestDelegate)endpoint.AnswerAsync)
            .WithDisplayName($"Invocations {model}")
            .WithMetadata(new BodyLimit(16 << 20))
            .Describe(endpoint.AnswerAsync, $"Rows in the forms of MLflow's clients in, predictions of '{model}' out", "application/json", 200, 400, 413, 415, 429, 500, 503);
    }
}
