using System.Text.Json.Serialization.Metadata;
using MLOps;
using MLOps.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Which models speak the Open Inference Protocol, and what else of it is offered.</summary>
public sealed class OpenInferenceOptions
{
    internal List<Func<IServiceProvider, InferModel>> Models { get; } = [];

    /// <summary>The store's key; null, the default, for the default store.</summary>
    public string? StoreKey { get; set; }

    /// <summary>What a model's route is told of a request.</summary>
    public PredictEndpointOptions Routing { get; set; } = new();

    /// <summary>Whether the repository endpoints (index, load, unload) are mapped; false by default: whoever reaches them can take models out of service, so require authorization on them.</summary>
    public bool Repository { get; set; }

    /// <summary>The longest request in bytes: from 1; 64 MiB by default.</summary>
    public long MaxRequestBodySize { get; set; } = 64 << 20;

    /// <summary>
    /// Offers a model that was declared with <c>AddModel</c>. A model of <c>float[]</c> (or another array of numbers) takes one tensor of rows by elements, one of a number or
    /// a text one tensor of a row each, and any other a tensor for each of its JSON properties. Answers likewise; a single one is named <c>prediction</c>.
    /// </summary>
    /// <typeparam name="TInput">As declared.</typeparam>
    /// <typeparam name="TOutput">As declared.</typeparam>
    /// <param name="model">The model's name.</param>
    /// <param name="input">How an input is read; from your source-generated context.</param>
    /// <param name="output">How an answer is written.</param>
    public OpenInferenceOptions Add<TInput, TOutput>(string model, JsonTypeInfo<TInput> input, JsonTypeInfo<TOutput> output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        Name.Require(model, "model name");
        Models.Add(services =>
        {
            Registration.RequireModel<TInput, TOutput>(services, StoreKey, model);
            return new InferModel<TInput, TOutput>(new(services, model, StoreKey, Routing), InputBinder<TInput>.Of(input), OutputBinder<TOutput>.Of(output));
        });
        return this;
    }
}
