using System.Buffers.Binary;

namespace MLOps.Statistics;

/// <summary>A KLL sketch of one or two levels in the layout of Apache DataSketches, written by hand.</summary>
internal static class KllImage
{
    public static byte[] Of(int k, long count, double[][] levels, double min, double max)
    {
        // The capacity of the levels: k, and max(8, round(2k / 3)) below it.
        var position = k + (levels.Length == 2 ? Math.Max(8, (int)Math.Round(2 * k / 3.0)) : 0) - levels.Sum(level => level.Length);
        var bytes = new List<byte> { 5, 1, 15, 0, (byte)k, (byte)(k >> 8), 8, 0 };
        bytes.AddRange(BitConverter.GetBytes(count));
        bytes.AddRange([(byte)k, (byte)(k >> 8), (byte)levels.Length, 0]);
        foreach (var level in levels)
        {
            var start = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(start, position);
            bytes.AddRange(start);
            position += level.Length;
        }

        foreach (var value in (double[])[min, max, .. levels.SelectMany(level => level)]) bytes.AddRange(BitConverter.GetBytes(value));
        return [.. bytes];
    }
}
