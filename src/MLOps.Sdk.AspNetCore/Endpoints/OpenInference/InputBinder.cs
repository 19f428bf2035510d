using System.Text.Json.Serialization.Metadata;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Makes rows of a model's input from named tensors.</summary>
internal abstract class InputBinder<TInput>
{
    /// <summary>The tensors that it takes.</summary>
    public abstract IReadOnlyList<ModelField> Fields { get; }

    /// <summary>The rows, in order.</summary>
    /// <exception cref="InferError">The tensors are not those of the model.</exception>
    public abstract TInput[] Bind(IReadOnlyList<Tensor> tensors);

    public static InputBinder<TInput> Of(JsonTypeInfo<TInput> type) =>
        (Number<float>() ?? Number<double>() ?? Number<int>() ?? Number<long>() ?? Number<bool>() ?? Number<byte>() ?? Number<short>()) as InputBinder<TInput>
        ?? (typeof(TInput) == typeof(string) ? (InputBinder<TInput>)(object)new TextInput() : new RecordInput<TInput>(type));

    private static object? Number<T>() where T : unmanaged =>
        typeof(TInput) == typeof(T[]) ? new ArrayInput<T>() : typeof(TInput) == typeof(T) ? new NumberInput<T>() : null;

    /// <summary>The only tensor of a model that takes one.</summary>
    protected Tensor Single(IReadOnlyList<Tensor> tensors) => tensors.Count == 1
        ? tensors[0]
        : throw new InferError($"The model takes one input, '{Fields[0].Name}', and {tensors.Count} are given.");
}
