namespace MLOps.Statistics;

/// <summary>Reads stored reservoirs.</summary>
public static class Reservoir
{
    /// <summary>Reads what <see cref="Reservoir{T}.ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="decode">The item of some bytes, the inverse of what encoded it.</param>
    /// <exception cref="MLOpsIntegrityException">The bytes are cut or changed.</exception>
    /// <example>
    /// <code>
    /// var reservoir = new Reservoir&lt;double&gt;(capacity: 100, seed: 7);
    /// reservoir.Add(1.5);
    /// byte[] bytes = reservoir.ToBytes(BitConverter.GetBytes);
    /// Reservoir&lt;double&gt; again = Reservoir.FromBytes(bytes, static item => BitConverter.ToDouble(item));
    /// Console.WriteLine(again.Items[0]); // 1.5
    /// </code>
    /// </example>
    public static Reservoir<T> FromBytes<T>(ReadOnlySpan<byte> bytes, Func<byte[], T> decode)
    {
        ArgumentNullException.ThrowIfNull(decode);
        return Reservoir<T>.Read(bytes, decode);
    }
}
