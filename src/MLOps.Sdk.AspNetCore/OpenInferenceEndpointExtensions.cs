using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MLOps;
using MLOps.AspNetCore.Endpoints;
using MLOps.Serving;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the Open Inference Protocol (V2) over REST.</summary>
public static class OpenInferenceEndpointExtensions
{
    /// <summary>
    /// Maps the protocol under <c>pattern</c>: metadata, health, readiness, inference with JSON and binary tensors, statistics, all of them also per
    /// version, and where asked for the repository.
    /// </summary>
    /// <remarks>
    /// Errors are <c>{"error":"…"}</c>: 400 for a request that is not one of the model, 404 for a model or version that is not served here, 413 for a
    /// body that is too long, 429 with <c>Retry-After</c> for a full queue, 503 with <c>Retry-After</c> while nothing is loaded, 500 without any detail when the model fails. Anybody who
    /// reaches the endpoints may use them: add <c>RequireAuthorization()</c> to what is returned where that is not wanted.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route: <c>/v2</c>.</param>
    /// <param name="configure">Adds the models.</param>
    /// <exception cref="InvalidOperationException"><c>AddMLOps</c> was not called, or a model was not declared with these types.</exception>
    /// <exception cref="MLOpsInvalidException">An option is out of range, or a model was added twice.</exception>
    public static IEndpointConventionBuilder MapOpenInference(this IEndpointRouteBuilder endpoints, string pattern, Action<OpenInferenceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new OpenInferenceOptions();
        configure(options);
        if (options.MaxRequestBodySize < 1) throw new MLOpsInvalidException($"{nameof(OpenInferenceOptions)}.{nameof(options.MaxRequestBodySize)} is {options.MaxRequestBodySize}; it must be at least 1.");
        Registration.Require<IModelServer>(endpoints.ServiceProvider, options.StoreKey, nameof(MapOpenInference));
        var models = options.Models.ConvertAll(make => make(endpoints.ServiceProvider));
        if (models.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { Key: var twice }) throw new MLOpsInvalidException($"The model '{twice}' was added twice.");

        var protocol = new OpenInference(models, endpoints.ServiceProvider, options.StoreKey, options.Repository);
        var group = endpoints.MapGroup(pattern);
        Get("", protocol.ServerAsync);
        Get("/health/live", OpenInference.LiveAsync);
        Get("/health/ready", protocol.ReadyAsync);
        foreach (var version in new[] { "", "/versions/{version}" })
        {
            Get("/models/{model}" + version, protocol.ModelAsync);
            Get("/models/{model}" + version + "/ready", protocol.ModelReadyAsync);
            Get("/models/{model}" + version + "/stats", protocol.StatisticsAsync);
            Post("/models/{model}" + version + "/infer", protocol.InferAsync);
        }

        Get("/models/stats", protocol.StatisticsAsync);
        if (options.Repository)
        {
            Post("/repository/index", protocol.IndexAsync);
            Post("/repository/models/{model}/load", protocol.LoadAsync);
            Post("/repository/models/{model}/unload", protocol.UnloadAsync);
        }

        return group;

        void Get(string path, RequestDelegate answer) => group.MapGet(path, answer).WithDisplayName("Open Inference " + path).Describe(answer, "Open Inference Protocol V2", "application/json", 200, 404, 503);
        void Post(string path, RequestDelegate answer) => group.MapPost(path, answer).WithDisplayName("Open Inference " + path).WithMetadata(new BodyLimit(options.MaxRequestBodySize))
            .Describe(answer, "Open Inference Protocol V2", "application/json", 200, 400, 404, 413, 429, 500, 503);
    }
}
