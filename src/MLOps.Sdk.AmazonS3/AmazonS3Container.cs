using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>The requests of S3 on one bucket.</summary>
/// <param name="open">Gives the client when it is first needed: to make one may read files of the machine.</param>
/// <param name="owned">Whether the client is disposed with the container.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="options">How to reach it.</param>
internal sealed class AmazonS3Container(Func<IAmazonS3> open, bool owned, string bucket, AmazonS3Options options) : ObjectContainer
{
    /// <summary>What S3 allows for parts.</summary>
    public static readonly ObjectLimits Allowed = new(5 << 20, 5L << 30, 10_000);

    internal const string WriterKey = "mlops-writer";
    private const int Attempts = 4;

    private readonly Lazy<IAmazonS3> _client = new(open, LazyThreadSafetyMode.PublicationOnly);

    public override string Name => $"the bucket '{bucket}'";

    public override ObjectLimits Limits => Allowed;

    // A client that the application registered may lead anywhere, too.
    public override bool ListsInOrder => options.ListsInOrder ?? (_client.Value.Config.ServiceURL is null && !bucket.EndsWith("--x-s3", StringComparison.Ordinal));

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!options.CreateIfMissing) return;
        try
        {
            await _client.Value.HeadBucketAsync(new() { BucketName = bucket }, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            try
            {
                await _client.Value.PutBucketAsync(new PutBucketRequest { BucketName = bucket, UseClientRegion = true }, cancellationToken).ConfigureAwait(false);
            }
            catch (AmazonS3Exception raced) when (raced.ErrorCode == "BucketAlreadyOwnedByYou")
            {
            }
        }
    }

    public override async Task<bool> PutAsync(ObjectWrite write, Stream content, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            content.Position = 0;
            var request = new PutObjectRequest
            {
                BucketName = bucket,
                Key = write.Key,
                InputStream = content,
                AutoCloseStream = false,
                ContentType = "application/octet-stream",
                UseChunkEncoding = AmazonS3Upload.SendsChecksums(_client.Value),
                IfNoneMatch = write.IfAbsent ? "*" : null,
                ChecksumSHA256 = write.Digest is { } digest ? Convert.ToBase64String(Convert.FromHexString(digest.Hex)) : null,
            };
            request.Metadata[WriterKey] = write.Writer;
            try
            {
                await _client.Value.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
            catch (AmazonS3Exception error) when (write.IfAbsent && error.StatusCode == HttpStatusCode.NotImplemented)
            {
                throw new NotSupportedException("The server does not know If-None-Match.", error);
            }
            catch (AmazonS3Exception error) when (attempt < Attempts && error.ErrorCode == "ConditionalRequestConflict")
            {
                // Another write or deletion of this key was under way: the server wants to be asked again.
            }
        }
    }

    public override async Task<ObjectUpload> BeginAsync(ObjectWrite write, CancellationToken cancellationToken)
    {
        var client = _client.Value;
        var request = new InitiateMultipartUploadRequest { BucketName = bucket, Key = write.Key, ContentType = "application/octet-stream" };
        if (AmazonS3Upload.SendsChecksums(client)) request.ChecksumAlgorithm = ChecksumAlgorithm.CRC32;
        request.Metadata[WriterKey] = write.Writer;
        var answer = await client.InitiateMultipartUploadAsync(request, cancellationToken).ConfigureAwait(false);
        return new AmazonS3Upload(client, this, bucket, write, answer.UploadId);
    }

    public override async Task<ObjectHead?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.Value.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
            return new(answer.ContentLength, answer.Metadata[WriterKey]);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    }

    public override async Task<ObjectBody?> OpenAsync(string key, long offset, long last, string? tag, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new(offset, last), EtagToMatch = tag };
            var answer = await _client.Value.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.ContentRange is not { } range) return offset == 0 ? new(answer.ResponseStream, answer.ContentLength, answer.ETag) : throw new NotSupportedException("The server does not know ranges.");
            return new(answer.ResponseStream, long.Parse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), System.Globalization.CultureInfo.InvariantCulture), answer.ETag);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return new(Stream.Null, 0, null);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed || (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket"))
        {
            return null;
        }
    }

    public override async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        // The deletion itself does not tell whether there was something to delete.
        if (await HeadAsync(key, cancellationToken).ConfigureAwait(false) is null) return false;
        await _client.Value.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key }, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public override async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        do
        {
            var page = await _client.Value.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
            foreach (var found in page.S3Objects ?? []) yield return new(found.Key, found.Size ?? 0);
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public override async Task SweepAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Without a prefix the bucket may also be somebody else's, and so may its uploads.
        if (prefix.Length == 0) return;
        var request = new ListMultipartUploadsRequest { BucketName = bucket, Prefix = prefix };
        ListMultipartUploadsResponse page;
        do
        {
            page = await _client.Value.ListMultipartUploadsAsync(request, cancellationToken).ConfigureAwait(false);
            foreach (var upload in page.MultipartUploads ?? [])
                if (upload.Initiated is { } begun && begun.ToUniversalTime() < before.UtcDateTime)
                    await _client.Value.AbortMultipartUploadAsync(new() { BucketName = bucket, Key = upload.Key, UploadId = upload.UploadId }, cancellationToken).ConfigureAwait(false);
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true);
    }

    public override string? Explain(Exception error) => AmazonS3Errors.Explain(error);

    protected override void Dispose(bool disposing)
    {
        if (disposing && owned && _client.IsValueCreated) _client.Value.Dispose();
        base.Dispose(disposing);
    }
}
