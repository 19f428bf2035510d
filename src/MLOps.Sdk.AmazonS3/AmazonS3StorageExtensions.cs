using System.Text.RegularExpressions;
using Amazon.S3;
using Microsoft.Extensions.Logging;
using MLOps;
using MLOps.Storage;
using MLOps.Storage.Objects;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's bytes in Amazon S3, or in a store that speaks its protocol.</summary>
public static partial class AmazonS3StorageExtensions
{
    /// <summary>
    /// Keeps blobs as objects of a bucket, which many machines may share. The first use of the store opens the bucket. It needs the permissions
    /// <c>s3:ListBucket</c>, <c>s3:GetObject</c>, <c>s3:PutObject</c>, <c>s3:DeleteObject</c>, <c>s3:AbortMultipartUpload</c> and
    /// <c>s3:ListBucketMultipartUploads</c>, and never makes anything public.
    /// </summary>
    /// <param name="builder">The store being registered.</param>
    /// <param name="bucket">The bucket's name, or the ARN of an access point.</param>
    /// <param name="prefix">What all object names begin with, without a slash at its end; empty for none. Abandoned uploads are thrown away only under a prefix.</param>
    /// <param name="options">How to reach it; the defaults when null.</param>
    /// <exception cref="MLOpsInvalidException">The bucket's name, the prefix or an option breaks its rule.</exception>
    public static MLOpsBuilder UseAmazonS3(this MLOpsBuilder builder, string bucket, string prefix = "", AmazonS3Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (bucket is null || !(BucketName().IsMatch(bucket) || Arn().IsMatch(bucket)))
            throw new MLOpsInvalidException($"'{Name.Shown(bucket)}' is not a valid bucket: 3 to 63 characters of a-z, 0-9, '.' and '-', beginning and ending with a letter or digit, or the ARN of an access point.");
        ObjectBlobStore.RequirePrefix(prefix);
        var chosen = options ?? new();
        if (chosen.Endpoint is { } endpoint && !(endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "" }))
            throw new MLOpsInvalidException($"{nameof(AmazonS3Options)}.{nameof(AmazonS3Options.Endpoint)} must be an address such as https://minio.example:9000, without credentials and query.");
        chosen.Transfer.Require(AmazonS3Container.Allowed);
        return builder.Use<IBlobStore>(store => Open(store, bucket, prefix, chosen));
    }

    private static ObjectBlobStore Open(StoreServices store, string bucket, string prefix, AmazonS3Options options)
    {
        var registered = options is { Endpoint: null, Region: null, Credentials: null, ForcePathStyle: null }
            ? store.Find<IAmazonS3>() ?? store.Provider.GetService<IAmazonS3>()
            : null;
        var container = new AmazonS3Container(() => registered ?? AmazonS3Clients.Of(options), registered is null, bucket, options);
        return new(container, prefix, options.Transfer, store.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Storage.AmazonS3"), store.Time);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\\z")]
    private static partial Regex BucketName();

    [GeneratedRegex("^arn:[a-z0-9:/-]{3,250}\\z")]
    private static partial Regex Arn();
}
