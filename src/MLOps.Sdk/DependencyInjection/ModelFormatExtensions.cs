using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using MLOps;
using MLOps.Models;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Teaches the registry to store and load models.</summary>
public static class ModelFormatExtensions
{
    /// <summary>Lets a class that implements <see cref="IModel{TInput,TOutput}"/> be registered as a model: it is stored as JSON.</summary>
    /// <typeparam name="TModel">The class.</typeparam>
    /// <param name="builder">The store's services.</param>
    /// <param name="key">The word stored with each version instead of the type's name: a plain name that never changes.</param>
    /// <param name="type">How it is written: from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <exception cref="MLOpsInvalidException">The key breaks the rule, or the class is no <see cref="IModel{TInput,TOutput}"/>.</exception>
    public static MLOpsBuilder AddModelType<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.Interfaces)] TModel>(
        this MLOpsBuilder builder, string key, JsonTypeInfo<TModel> type) where TModel : notnull
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(type);
        Name.Require(key, "model type key");
        if (!typeof(TModel).GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IModel<,>)))
            throw new MLOpsInvalidException($"'{typeof(TModel)}' cannot be a model type: it does not implement IModel<TInput, TOutput>.");
        return builder.Add(_ => new JsonModelType(key, type));
    }

    /// <summary>Makes models of a <see cref="ModelFolder"/>'s files. A later loader with the same key replaces the earlier one.</summary>
    /// <typeparam name="TInput">One row of input.</typeparam>
    /// <typeparam name="TOutput">One answer.</typeparam>
    /// <param name="builder">The store's services.</param>
    /// <param name="key">The word in <see cref="ModelFolder.Loader"/>: a plain name that never changes.</param>
    /// <param name="load">Makes a new model from the files; the caller owns it.</param>
    /// <exception cref="MLOpsInvalidException">The key breaks the rule.</exception>
    public static MLOpsBuilder AddModelLoader<TInput, TOutput>(
        this MLOpsBuilder builder, string key, Func<ModelFiles, CancellationToken, ValueTask<IModel<TInput, TOutput>>> load)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(load);
        Name.Require(key, "model loader key");
        return builder.Add(_ => new FolderModelLoader(key, async (files, cancellationToken) =>
            await load(files, cancellationToken).ConfigureAwait(false)
            ?? throw new MLOpsInvalidException($"The model loader '{key}' returned null.")));
    }

    /// <summary>Adds a model format.</summary>
    /// <param name="builder">The store's services.</param>
    /// <param name="format">Makes it on first use.</param>
    public static MLOpsBuilder AddModelFormat(this MLOpsBuilder builder, Func<StoreServices, IModelFormat> format)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(format);
    }
}
