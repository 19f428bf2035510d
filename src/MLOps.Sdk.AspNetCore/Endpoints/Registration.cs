using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Serving;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Finds out while routes are mapped, rather than with the first request, that the store was never registered.</summary>
internal static class Registration
{
    public static void Require<TService>(IServiceProvider services, string? key, string caller)
    {
        var known = services.GetService<IServiceProviderIsKeyedService>();
        if (known is null) return;
        if (key is null ? known.IsService(typeof(TService)) : known.IsKeyedService(typeof(TService), key)) return;
        throw new InvalidOperationException(key is null
            ? $"{caller} needs a store: call builder.Services.AddMLOps(...) before builder.Build()."
            : $"{caller} needs the store '{key}': call builder.Services.AddMLOps(\"{key}\", ...) before builder.Build().");
    }

    /// <summary>Who asks the model on behalf of an endpoint, once store and model are known.</summary>
    public static ModelCaller<TInput, TOutput> Caller<TInput, TOutput>(IServiceProvider services, string? key, string model, PredictEndpointOptions? options, string caller)
    {
        Require<IModelServer>(services, key, caller);
        RequireModel<TInput, TOutput>(services, key, Name.Require(model, "model name"));
        return new(services, model, key, options ?? new());
    }

    /// <summary>And that the model was never declared, or with other types.</summary>
    public static void RequireModel<TInput, TOutput>(IServiceProvider services, string? key, string model)
    {
        var known = services.GetService<IServiceProviderIsKeyedService>();
        var predictor = key is null ? model : $"{key}/{model}";
        if (known is null || known.IsKeyedService(typeof(IPredictor<TInput, TOutput>), predictor)) return;
        var declaration = $"AddModel<{typeof(TInput).Name}, {typeof(TOutput).Name}>(\"{model}\")";
        throw new InvalidOperationException(
            $"MapPredict needs the model '{model}' with these types: declare it with {declaration} on {(key is null ? "AddMLOps()" : $"AddMLOps(\"{key}\")")} before builder.Build().");
    }
}
