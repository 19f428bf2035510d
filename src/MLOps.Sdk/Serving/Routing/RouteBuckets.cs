using System.Buffers;
using System.Text;
using MLOps.Statistics;

namespace MLOps.Serving;

/// <summary>
/// Which arm each of the <see cref="Route.Whole"/> buckets falls to, and which bucket a key falls into. Depends on nothing but salt, key and
/// shares, so that all servers agree and nothing need be remembered.
/// </summary>
/// <remarks>
/// Every arm but the first has a place of its own from which it grows: with one such arm, the buckets below its share. Raising a share adds
/// buckets to the arm and takes none away that it had, and takes them from the first arm only; so nobody who came to a candidate is
/// moved back by it. With k candidates this holds for each while no two of them have more than a k-th of all, and always for two.
/// </remarks>
internal static class RouteBuckets
{
    /// <summary>The place of the arm of each bucket.</summary>
    public static byte[] Deal(IReadOnlyList<RouteArm> arms)
    {
        var dealt = new byte[Route.Whole];
        if (arms.Count == 1) return dealt;
        var candidates = arms.Count - 1;
        var segment = Route.Whole / candidates;
        for (var place = 1; place <= candidates; place++)
            dealt.AsSpan((place - 1) * segment, Math.Min(arms[place].Share, segment)).Fill((byte)place);
        var top = Route.Whole - 1;
        for (var place = 1; place <= candidates; place++)
        {
            for (var left = arms[place].Share - segment; left > 0; left--)
            {
                while (dealt[top] != 0) top--;
                dealt[top] = (byte)place;
            }
        }

        return dealt;
    }

    public static ulong Seed(string salt) => Hash(salt, 0);

    /// <summary>The bucket of a key: 0 to <see cref="Route.Whole"/> - 1.</summary>
    public static int Of(string key, ulong seed) => (int)Math.BigMul(Hash(key, seed), Route.Whole, out _);

    private static ulong Hash(string text, ulong seed)
    {
        const int OnStack = 768;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= OnStack)
        {
            Span<byte> bytes = stackalloc byte[OnStack];
            return Murmur3.Of(bytes[..Encoding.UTF8.GetBytes(text, bytes)], seed).Low;
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        var hash = Murmur3.Of(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)), seed).Low;
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }
}
