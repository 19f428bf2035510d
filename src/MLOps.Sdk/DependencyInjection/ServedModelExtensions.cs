using Microsoft.Extensions.DependencyInjection.Extensions;
using MLOps;
using MLOps.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Declares the models that a process serves.</summary>
public static class ServedModelExtensions
{
    /// <summary>
    /// Declares a model that this process serves: <see cref="IPredictor{TInput,TOutput}"/> can be injected under the key
    /// <paramref name="model"/> (for a store with a key: <c>storeKey/model</c>), and without a key while it is the default
    /// store's only model of these types. Declaring a model again replaces the declaration. Does no I/O.
    /// </summary>
    /// <typeparam name="TInput">One row of input.</typeparam>
    /// <typeparam name="TOutput">One answer.</typeparam>
    /// <param name="builder">The store's services.</param>
    /// <param name="model">The model's name in the registry.</param>
    /// <param name="configure">Alias, columns for the log, warm-up rows; null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">The name or the alias breaks the rule, or an option of batching is out of range.</exception>
    public static MLOpsBuilder AddModel<TInput, TOutput>(
        this MLOpsBuilder builder, string model, Action<ServedModelOptions<TInput, TOutput>>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Name.Require(model, "model name");
        var options = new ServedModelOptions<TInput, TOutput>();
        configure?.Invoke(options);
        Name.Require(options.Alias, "alias");
        Check(model, options.Batching);
        if (options.MaximumCalls < 1) throw new MLOpsInvalidException($"'{model}' has MaximumCalls = {options.MaximumCalls}; it must be at least 1, or null for no bound.");
        if (options.LoadTimeout < TimeSpan.FromMilliseconds(1) || options.LoadTimeout > TimeSpan.FromDays(1))
            throw new MLOpsInvalidException($"'{model}' has LoadTimeout = {options.LoadTimeout}; it must be from 1 ms to 1 day.");

        var services = builder.Services;
        var storeKey = builder.Key;
        Forget(services, storeKey, model);
        var declaration = new ServedModelDeclaration<TInput, TOutput>(model, options);
        services.Add(storeKey is null
            ? ServiceDescriptor.Singleton<ServedModelDeclaration>(declaration)
            : ServiceDescriptor.KeyedSingleton<ServedModelDeclaration>(storeKey, declaration));
        services.AddKeyedSingleton(PredictorKey(storeKey, model), (provider, _) => new StoreServices(provider, storeKey).Get<ModelServer>().Find<TInput, TOutput>(model));
        if (storeKey is null) services.TryAddSingleton(Only<TInput, TOutput>);
        return builder;
    }

    /// <summary>
    /// Declares a predictor that is made of served models, with <see cref="PredictorExtensions"/> for instance: <see cref="IPredictor{TInput,TOutput}"/> can be injected
    /// and mapped under the key <paramref name="name"/> (for a store with a key: <c>storeKey/name</c>). Declaring it again replaces it.
    /// </summary>
    /// <typeparam name="TInput">One row of input.</typeparam>
    /// <typeparam name="TOutput">One answer.</typeparam>
    /// <param name="builder">The store's services.</param>
    /// <param name="name">A plain name, unlike those of the served models.</param>
    /// <param name="make">Makes it, on first use; <see cref="StoreServices.Provider"/> has the models' predictors under their keys.</param>
    /// <exception cref="MLOpsInvalidException">The name breaks the rule.</exception>
    public static MLOpsBuilder AddPredictor<TInput, TOutput>(this MLOpsBuilder builder, string name, Func<StoreServices, IPredictor<TInput, TOutput>> make)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(make);
        var (services, storeKey) = (builder.Services, builder.Key);
        var key = PredictorKey(storeKey, Name.Require(name, "predictor name"));
        services.RemoveAllKeyed<IPredictor<TInput, TOutput>>(key);
        services.AddKeyedSingleton(key, (provider, _) => make(new StoreServices(provider, storeKey)));
        return builder;
    }

    private static void Check(string model, BatchingOptions? batching)
    {
        if (batching is null) return;
        Within(batching.MaximumRows is >= 1 and <= 65_536, nameof(BatchingOptions.MaximumRows), batching.MaximumRows, "from 1 to 65,536");
        Within(batching.QueueRows >= 1, nameof(BatchingOptions.QueueRows), batching.QueueRows, "at least 1");
        Within(batching.Concurrency >= 1, nameof(BatchingOptions.Concurrency), batching.Concurrency, "at least 1");
        Within(batching.MaximumDelay >= TimeSpan.Zero && batching.MaximumDelay <= TimeSpan.FromSeconds(1), nameof(BatchingOptions.MaximumDelay), batching.MaximumDelay, "from zero to one second");

        void Within(bool holds, string option, object value, string range)
        {
            if (!holds) throw new MLOpsInvalidException($"The batching of '{model}' has {option} = {value}; it must be {range}.");
        }
    }

    private static string PredictorKey(string? storeKey, string model) => storeKey is null ? model : $"{storeKey}/{model}";

    private static void Forget(IServiceCollection services, string? storeKey, string model)
    {
        for (var i = services.Count - 1; i >= 0; i--)
        {
            var known = services[i];
            if (known.ServiceType != typeof(ServedModelDeclaration) || !Equals(known.ServiceKey, storeKey)) continue;
            var declaration = (ServedModelDeclaration)(known.IsKeyedService ? known.KeyedImplementationInstance : known.ImplementationInstance)!;
            if (declaration.Model != model) continue;
            services.RemoveAt(i);
            for (var p = services.Count - 1; p >= 0; p--)
                if (services[p].ServiceType == declaration.Predictor && Equals(services[p].ServiceKey, PredictorKey(storeKey, model))) services.RemoveAt(p);
            return;
        }
    }

    private static IPredictor<TInput, TOutput> Only<TInput, TOutput>(IServiceProvider provider)
    {
        var models = provider.GetServices<ServedModelDeclaration>().OfType<ServedModelDeclaration<TInput, TOutput>>().Select(d => d.Model).ToList();
        return models is [var only]
            ? provider.GetRequiredService<ModelServer>().Find<TInput, TOutput>(only)
            : throw new MLOpsInvalidException(
                $"IPredictor<{typeof(TInput).Name}, {typeof(TOutput).Name}> is not clear without a key: {(models.Count == 0 ? "no model is" : $"the models {string.Join(", ", models)} are all")} declared with these types. Inject it with [FromKeyedServices(\"{(models.Count == 0 ? "model" : models[0])}\")].");
    }
}
