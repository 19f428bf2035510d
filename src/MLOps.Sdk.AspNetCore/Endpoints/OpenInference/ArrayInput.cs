using System.Numerics;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Rows that are arrays of numbers: a tensor of rows by elements. A tensor of one dimension is one row.</summary>
internal sealed class ArrayInput<T> : InputBinder<T[]> where T : unmanaged
{
    public override IReadOnlyList<ModelField> Fields { get; } = [new("input", DataType.Of(typeof(T))!.Name, [-1, -1])];

    public override T[][] Bind(IReadOnlyList<Tensor> tensors)
    {
        var tensor = Single(tensors);
        var values = Values(tensor);
        if (tensor.Shape.Length <= 1 || tensor.Rows == 1) return [values];
        var rows = new T[tensor.Rows][];
        for (var row = 0; row < rows.Length; row++) rows[row] = values.AsSpan(row * tensor.Width, tensor.Width).ToArray();
        return rows;
    }

    /// <summary>The elements as <typeparamref name="T"/>: as they are, or converted where no number is lost.</summary>
    public static T[] Values(Tensor tensor)
    {
        if (tensor is Tensor<T> same) return same.Values;
        if (tensor.Type == DataType.Bytes || typeof(T) == typeof(bool) || tensor is Tensor<bool>)
            throw new InferError($"The input '{Name.Shown(tensor.Name)}' is {tensor.Type.Name}; the model takes {DataType.Of(typeof(T))!.Name}.");
        var values = new T[tensor.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Convert(tensor, i);
        return values;
    }

    private static T Convert(Tensor tensor, int index)
    {
        var number = tensor.Number(index);
        if (typeof(T) == typeof(float)) return (T)(object)(float)number;
        if (typeof(T) == typeof(double)) return (T)(object)number;
        object? whole = typeof(T) == typeof(int) ? Whole<int>(number) : typeof(T) == typeof(long) ? Whole<long>(number) : typeof(T) == typeof(short) ? Whole<short>(number) : Whole<byte>(number);
        return whole is T value ? value : throw new InferError($"Element {index} of the input '{Name.Shown(tensor.Name)}' is no {DataType.Of(typeof(T))!.Name}.");
    }

    private static object? Whole<TWhole>(double number) where TWhole : struct, INumber<TWhole>
    {
        try
        {
            var whole = TWhole.CreateChecked(number);
            return double.CreateChecked(whole) == number ? whole : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
