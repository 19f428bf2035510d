using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Storage.Chunks;

/// <summary>
/// The 256 random words of the Gear hash. Word <c>i</c> is the first 8 bytes, little-endian, of the SHA-256 of the ASCII
/// text <c>mlops-gear-1/i</c> with <c>i</c> in decimal: anybody can make the table again.
/// </summary>
static class GearTable
{
    public static ulong[] Words { get; } = Make();

    private static ulong[] Make()
    {
        var words = new ulong[256];
        for (var i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"mlops-gear-1/{i}"))));
        return words;
    }
}
