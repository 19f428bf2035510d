using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>A tensor of numbers or truth values.</summary>
internal sealed class Tensor<T>(string name, DataType type, long[] shape, int count) : Tensor(name, type, shape, count) where T : unmanaged
{
    public Tensor(string name, DataType type, long[] shape, T[] values) : this(name, type, shape, values.Length) => Values = values;

    public T[] Values { get; } = new T[count];

    public override int BinarySize => Count * Unsafe.SizeOf<T>();

    public override bool TrySet(int index, ref Utf8JsonReader reader)
    {
        if (typeof(T) == typeof(bool))
        {
            Values[index] = (T)(object)(reader.TokenType == JsonTokenType.True);
            return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
        }

        if (reader.TokenType != JsonTokenType.Number) return false;
        ref var value = ref Values[index];
        if (typeof(T) == typeof(float)) return reader.TryGetSingle(out Unsafe.As<T, float>(ref value)) && float.IsFinite(Unsafe.As<T, float>(ref value));
        if (typeof(T) == typeof(double)) return reader.TryGetDouble(out Unsafe.As<T, double>(ref value)) && double.IsFinite(Unsafe.As<T, double>(ref value));
        if (typeof(T) == typeof(int)) return reader.TryGetInt32(out Unsafe.As<T, int>(ref value));
        if (typeof(T) == typeof(long)) return reader.TryGetInt64(out Unsafe.As<T, long>(ref value));
        if (typeof(T) == typeof(short)) return reader.TryGetInt16(out Unsafe.As<T, short>(ref value));
        if (typeof(T) == typeof(sbyte)) return reader.TryGetSByte(out Unsafe.As<T, sbyte>(ref value));
        if (typeof(T) == typeof(byte)) return reader.TryGetByte(out Unsafe.As<T, byte>(ref value));
        if (typeof(T) == typeof(ushort)) return reader.TryGetUInt16(out Unsafe.As<T, ushort>(ref value));
        if (typeof(T) == typeof(uint)) return reader.TryGetUInt32(out Unsafe.As<T, uint>(ref value));
        if (typeof(T) == typeof(ulong)) return reader.TryGetUInt64(out Unsafe.As<T, ulong>(ref value));
        // FP16 has no JSON form in the protocol.
        return false;
    }

    public override string? Read(ReadOnlySpan<byte> binary)
    {
        if (binary.Length != BinarySize) return $"its shape needs {BinarySize} bytes, and there are {binary.Length}";
        if (typeof(T) == typeof(bool))
        {
            if (binary.ContainsAnyExcept((byte)0, (byte)1)) return "a byte of it is neither 0 nor 1";
        }

        binary.CopyTo(MemoryMarshal.AsBytes(Values.AsSpan()));
        if (!BitConverter.IsLittleEndian) Reverse(MemoryMarshal.AsBytes(Values.AsSpan()));
        return null;
    }

    public override void Write(Span<byte> binary)
    {
        MemoryMarshal.AsBytes(Values.AsSpan()).CopyTo(binary);
        if (!BitConverter.IsLittleEndian) Reverse(binary);
    }

    public override void Write(int index, Utf8JsonWriter json)
    {
        switch (Values[index])
        {
            case bool value: json.WriteBooleanValue(value); break;
            case float value: json.WriteNumberValue(value); break;
            case double value: json.WriteNumberValue(value); break;
            case ulong value: json.WriteNumberValue(value); break;
            case Half value: json.WriteNumberValue((float)value); break;
            default: json.WriteNumberValue(Whole(index)); break;
        }
    }

    public override double Number(int index) => Values[index] switch
    {
        bool value => value ? 1 : 0,
        float value => value,
        double value => value,
        ulong value => value,
        Half value => (double)value,
        _ => Whole(index),
    };

    private long Whole(int index) => Values[index] switch
    {
        int value => value,
        long value => value,
        short value => value,
        sbyte value => value,
        byte value => value,
        ushort value => value,
        uint value => value,
        _ => 0,
    };

    private static void Reverse(Span<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += Unsafe.SizeOf<T>()) bytes.Slice(at, Unsafe.SizeOf<T>()).Reverse();
    }
}
