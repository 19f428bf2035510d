using System.Buffers.Binary;
using System.Text.Json;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>A tensor of texts or other bytes.</summary>
internal sealed class BytesTensor(string name, long[] shape, int count) : Tensor(name, DataType.Bytes, shape, count)
{
    public ReadOnlyMemory<byte>[] Values { get; } = new ReadOnlyMemory<byte>[count];

    public override int BinarySize => Values.Sum(v => 4 + v.Length);

    public override bool TrySet(int index, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return false;
        if (!reader.ValueIsEscaped)
        {
            Values[index] = reader.ValueSpan.ToArray();
            return true;
        }

        var bytes = new byte[reader.ValueSpan.Length];
        Values[index] = bytes.AsMemory(0, reader.CopyString(bytes));
        return true;
    }

    public override string? Read(ReadOnlySpan<byte> binary)
    {
        for (var i = 0; i < Count; i++)
        {
            if (binary.Length < 4) return $"it ends in its element {i}";
            var length = BinaryPrimitives.ReadUInt32LittleEndian(binary);
            if (length > binary.Length - 4) return $"its element {i} is said to have {length} bytes, and {binary.Length - 4} are left";
            Values[i] = binary.Slice(4, (int)length).ToArray();
            binary = binary[(4 + (int)length)..];
        }

        return binary.IsEmpty ? null : $"{binary.Length} bytes are left after its last element";
    }

    public override void Write(Span<byte> binary)
    {
        foreach (var value in Values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(binary, (uint)value.Length);
            value.Span.CopyTo(binary[4..]);
            binary = binary[(4 + value.Length)..];
        }
    }

    public override void Write(int index, Utf8JsonWriter json) => json.WriteStringValue(Values[index].Span);

    public override double Number(int index) => double.NaN;
}
