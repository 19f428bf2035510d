using System.Collections.Frozen;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>A datatype of the Open Inference Protocol.</summary>
/// <param name="Name">As it is written: <c>FP32</c>.</param>
/// <param name="Size">Bytes of one element; 0 for <c>BYTES</c>, whose elements say their own length.</param>
/// <param name="Create">Makes a tensor of a number of elements.</param>
internal sealed record DataType(string Name, int Size, Func<string, long[], int, Tensor> Create)
{
    public static DataType Bytes { get; } = new("BYTES", 0, (name, shape, count) => new BytesTensor(name, shape, count));

    public static FrozenDictionary<string, DataType> All { get; } = new[]
    {
        Of<bool>("BOOL", 1), Of<byte>("UINT8", 1), Of<ushort>("UINT16", 2), Of<uint>("UINT32", 4), Of<ulong>("UINT64", 8),
        Of<sbyte>("INT8", 1), Of<short>("INT16", 2), Of<int>("INT32", 4), Of<long>("INT64", 8), Of<Half>("FP16", 2), Of<float>("FP32", 4), Of<double>("FP64", 8), Bytes,
    }.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The datatype of a .NET type; null when there is none.</summary>
    public static DataType? Of(Type type) => type == typeof(string) ? Bytes : All.Values.FirstOrDefault(t => t.Element == type);

    /// <summary>The .NET type of an element; null for <c>BYTES</c>.</summary>
    public Type? Element { get; private init; }

    private static DataType Of<T>(string name, int size) where T : unmanaged => new(name, size, (tensor, shape, count) => new Tensor<T>(tensor, All![name], shape, count)) { Element = typeof(T) };
}
