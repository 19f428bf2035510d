using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.Data;

/// <summary>
/// The identity of a version: SHA-256 of a canonical text, so that any program can compute it. The text is one line per
/// fact, <c>name:number of UTF-8 bytes:value</c> and a line feed, in this order: <c>format</c> (<c>mlops-dataset-version-1</c>),
/// <c>dataset</c>, <c>tree</c>, each <c>parent</c>, <c>author</c>, <c>created</c> (ISO 8601, UTC, 7 decimals),
/// <c>message</c> when there is one, each <c>input</c>, <c>code</c>, <c>origin</c>, <c>query</c>, <c>licence</c> and <c>retrieved</c> where they are known, each <c>metadata</c> in ordinal order of keys as two lines, <c>key</c> and <c>value</c>.
/// </summary>
static class DatasetVersionId
{
    public static string Of(DatasetVersion version)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Line("format", "mlops-dataset-version-1");
        Line("dataset", version.Dataset);
        Line("tree", version.Tree.Hex);
        foreach (var parent in version.Parents) Line("parent", parent);
        Line("author", version.Author);
        Line("created", version.CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (version.Message is not null) Line("message", version.Message);
        foreach (var input in version.Inputs) Line("input", input.ToString());
        if (version.CodeVersion is not null) Line("code", version.CodeVersion);
        if (version.Source is { } source)
        {
            Line("origin", source.Origin);
            if (source.Query is not null) Line("query", source.Query);
            if (source.Licence is not null) Line("licence", source.Licence);
            if (source.RetrievedAt is { } at) Line("retrieved", at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        }

        foreach (var (key, value) in version.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            Line("key", key);
            Line("value", value);
        }

        return Digest.FromHash(hash.GetHashAndReset()).Hex;

        void Line(string name, string value) =>
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}:{Encoding.UTF8.GetByteCount(value)}:{value}\n")));
    }
}
