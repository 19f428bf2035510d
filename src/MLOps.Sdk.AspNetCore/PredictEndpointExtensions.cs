using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps;
using MLOps.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a served model to an endpoint.</summary>
public static class PredictEndpointExtensions
{
    /// <summary>
    /// Maps <c>POST pattern</c> to a model that was declared with <c>AddModel</c>. The body is one input as JSON; the answer is
    /// <c>{"value":…,"model":"bike-demand","version":3,"id":"p-…","route":"champion"}</c>, where <c>id</c> is what a label names later.
    /// </summary>
    /// <remarks>
    /// A request header <c>Event-Time</c> (ISO 8601 with an offset, <c>2012-05-01T17:00:00Z</c>) says when the event happened, for
    /// monitoring windows; the store's clock counts without it. Errors are problem details (RFC 9457): 400 for a body that is not the
    /// input, naming the place, and for an input that the model refuses with <see cref="MLOpsInvalidException"/>; 413 for a body over
    /// 1 MiB (change it with <c>WithMetadata(new RequestSizeLimitAttribute(bytes))</c>); 415 for a body that is not JSON; 429 with
    /// <c>Retry-After</c> when the queue of a batched model is full; 503 with
    /// <c>Retry-After</c> while no version is loaded; 500, without any detail of the cause, for everything else: the cause is logged.
    /// Anybody who reaches the endpoint may use it: add <c>RequireAuthorization()</c> where that is not wanted.
    /// </remarks>
    /// <typeparam name="TInput">As declared with <c>AddModel</c>.</typeparam>
    /// <typeparam name="TOutput">As declared with <c>AddModel</c>.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route: <c>/predict</c>.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="input">How an input is read; from your source-generated context.</param>
    /// <param name="output">How the answer is written. A NaN is an error unless its options allow named floating-point literals.</param>
    /// <param name="key">The store's key; null for the default store.</param>
    /// <param name="options">What the model's route is told of a request; null for the defaults.</param>
    /// <exception cref="InvalidOperationException"><c>AddMLOps</c> was not called, or <c>AddModel</c> not for this model with these types.</exception>
    public static IEndpointConventionBuilder MapPredict<TInput, TOutput>(
        this IEndpointRouteBuilder endpoints, string pattern, string model, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output, string? key = null, PredictEndpointOptions? options = null)
    {
        var endpoint = Endpoint(endpoints, model, input, output, key, options, nameof(MapPredict));
        return endpoints.MapPost(pattern, (RequestDelegate)endpoint.AnswerAsync)
            .WithDisplayName($"Predict {model}")
            .WithMetadata(new BodyLimit(1 << 20))
            .Describe(endpoint.AnswerAsync, $"One input in, one prediction of '{model}' out", "application/problem+json", 200, 400, 413, 415, 429, 500, 503);
    }

    /// <summary>
    /// Maps <c>POST pattern</c> to a model for many inputs at once: the body is an array of at most 10,000 inputs, and the answer
    /// <c>{"predictions":[…]}</c> has an item for each, in their order: what <see cref="MapPredict"/> answers, or
    /// <c>{"error":{"code":…,"detail":…}}</c> for one that the model could not answer, while the others are answered.
    /// </summary>
    /// <remarks>As <see cref="MapPredict"/>, with a limit of 16 MiB; an item that is not the input refuses the whole request with problem details that carry its <c>index</c> (from 0).</remarks>
    /// <typeparam name="TInput">As declared with <c>AddModel</c>.</typeparam>
    /// <typeparam name="TOutput">As declared with <c>AddModel</c>.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route: <c>/predict/batch</c>.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="input">How an input is read; from your source-generated context.</param>
    /// <param name="output">How an answer is written. A NaN is an error unless its options allow named floating-point literals.</param>
    /// <param name="key">The store's key; null for the default store.</param>
    /// <param name="options">What the model's route is told of a request; null for the defaults.</param>
    /// <exception cref="InvalidOperationException"><c>AddMLOps</c> was not called, or <c>AddModel</c> not for this model with these types.</exception>
    public static IEndpointConventionBuilder MapPredictBatch<TInput, TOutput>(
        this IEndpointRouteBuilder endpoints, string pattern, string model, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output, string? key = null, PredictEndpointOptions? options = null)
    {
        var endpoint = Endpoint(endpoints, model, input, output, key, options, nameof(MapPredictBatch));
        return endpoints.MapPost(pattern, (RequestDelegate)endpoint.AnswerManyAsync)
            .WithDisplayName($"Predict many {model}")
            .WithMetadata(new BodyLimit(16 << 20))
            .Describe(endpoint.AnswerManyAsync, $"Many inputs in, a prediction of '{model}' or an error for each out", "application/problem+json", 200, 400, 413, 415, 429, 500, 503);
    }

    private static PredictEndpoint<TInput, TOutput> Endpoint<TInput, TOutput>(
        IEndpointRouteBuilder endpoints, string model, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output, string? key, PredictEndpointOptions? options, string caller)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return new(Registration.Caller<TInput, TOutput>(endpoints.ServiceProvider, key, model, options, caller), input, output);
    }
}
