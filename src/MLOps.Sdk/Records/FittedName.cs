using System.Text;

namespace MLOps.Records;

/// <summary>A name as part of a record id or a stream's name, which are shorter in UTF-8 than names may be.</summary>
internal static class FittedName
{
    /// <summary>The name itself while it fits, else <c>#</c> and its digest: <c>#</c> occurs in no name, so that one is never taken for the other.</summary>
    public static string Of(string name, int maxBytes) => Encoding.UTF8.GetByteCount(name) <= maxBytes ? name : "#" + Digest.Of(name).Hex;
}
