using System.Text.Json.Serialization;

namespace MLOps.Experiments;

/// <summary>A file that a run left.</summary>
/// <param name="Path">Its path within the run.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Digest">Of its content.</param>
public sealed record Artifact(string Path, long Length, Digest Digest)
{
    /// <summary>What its path's extension promises: <c>image/svg+xml</c>; <c>application/octet-stream</c> when it says nothing.</summary>
    [JsonIgnore]
    public string MediaType => MediaTypes.Of(Path);
}
