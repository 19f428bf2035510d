using System.Text.Json;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>A named tensor, row by row.</summary>
internal abstract class Tensor(string name, DataType type, long[] shape, int count)
{
    public string Name { get; } = name;

    public DataType Type { get; } = type;

    public long[] Shape { get; } = shape;

    /// <summary>How many elements.</summary>
    public int Count { get; } = count;

    /// <summary>The first dimension; a tensor without dimensions is one row.</summary>
    public int Rows => Shape.Length == 0 ? 1 : (int)Shape[0];

    /// <summary>Elements of a row.</summary>
    public int Width => Rows == 0 ? 0 : Count / Rows;

    /// <summary>Takes the value at which the reader stands.</summary>
    /// <returns>False when it is none of this datatype.</returns>
    public abstract bool TrySet(int index, ref Utf8JsonReader reader);

    /// <summary>Takes all elements from their binary form.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public abstract string? Read(ReadOnlySpan<byte> binary);

    /// <summary>Bytes of the binary form.</summary>
    public abstract int BinarySize { get; }

    /// <summary>Writes the binary form; the target has exactly <see cref="BinarySize"/> bytes.</summary>
    public abstract void Write(Span<byte> binary);

    /// <summary>Writes one element as JSON.</summary>
    public abstract void Write(int index, Utf8JsonWriter json);

    /// <summary>An element as a number; NaN for texts.</summary>
    public abstract double Number(int index);
}
