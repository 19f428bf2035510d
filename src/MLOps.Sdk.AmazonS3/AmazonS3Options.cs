using Amazon.Runtime;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>
/// How to reach a bucket. With nothing set, an <c>IAmazonS3</c> that the application registered is used; without one, a client is
/// made that finds region and credentials as every AWS program does: environment, profile, role of the machine.
/// </summary>
public sealed record AmazonS3Options
{
    /// <summary>The address of an S3-compatible store, <c>https://minio.example:9000</c>; null, the default, for Amazon's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region, <c>eu-central-1</c>; null, the default, for the one that environment or profile name, and <c>us-east-1</c> with an <see cref="Endpoint"/>.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the bucket stands in the path of an address instead of its host; null, the default, for yes with an <see cref="Endpoint"/> and no without.</summary>
    public bool? ForcePathStyle { get; init; }

    /// <summary>Credentials; null, the default, for the chain of environment, profile and role.</summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>True to create the bucket, private, when it is missing; false by default.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>
    /// Whether the server lists keys in the order of their bytes, as MinIO, Ceph and Cloudflare R2 do. Null, the default, for no with an <see cref="Endpoint"/> and for directory
    /// buckets, otherwise yes. When it does not, a listing is held in memory, about 200 bytes for each blob, to be sorted.
    /// </summary>
    public bool? ListsInOrder { get; init; }

    /// <summary>How blobs travel.</summary>
    public TransferOptions Transfer { get; init; } = new();
}
