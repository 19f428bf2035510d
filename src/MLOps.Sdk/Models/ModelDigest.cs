using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Models;

/// <summary>
/// The identity of a version's content: SHA-256 over format, facts and files, each text as its length (8 bytes, little
/// endian) and its UTF-8 bytes, facts in ordinal order of keys and files in ordinal order of paths.
/// </summary>
internal static class ModelDigest
{
    public static Digest Of(string format, IReadOnlyDictionary<string, string> facts, IReadOnlyList<ModelFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, "mlops model 1");
        Add(hash, format);
        Add(hash, facts.Count);
        foreach (var (key, value) in facts.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Add(hash, key);
            Add(hash, value);
        }

        Add(hash, files.Count);
        foreach (var file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            Add(hash, file.Path);
            Add(hash, file.Length);
            Add(hash, file.Digest.Hex);
        }

        return Digest.FromHash(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.LongLength);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
