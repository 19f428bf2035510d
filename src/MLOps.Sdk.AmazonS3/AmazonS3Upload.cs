using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>A multipart upload.</summary>
internal sealed class AmazonS3Upload(IAmazonS3 client, AmazonS3Container container, string bucket, ObjectWrite write, string id) : ObjectUpload
{
    private readonly ConcurrentBag<UploadPartResponse> _parts = [];

    /// <summary>Whether the client sends a CRC-32 of each body for the server to check; beside it, or without it, bodies are signed.</summary>
    public static bool SendsChecksums(IAmazonS3 client) => client.Config.RequestChecksumCalculation == RequestChecksumCalculation.WHEN_SUPPORTED;

    public override async Task SendAsync(int number, Stream content, CancellationToken cancellationToken)
    {
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = write.Key,
            UploadId = id,
            PartNumber = number,
            PartSize = content.Length,
            InputStream = content,
            UseChunkEncoding = SendsChecksums(client),
        };
        if (SendsChecksums(client)) request.ChecksumAlgorithm = ChecksumAlgorithm.CRC32;
        var answer = await client.UploadPartAsync(request, cancellationToken).ConfigureAwait(false);
        answer.PartNumber = number;
        _parts.Add(answer);
    }

    public override async Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest { BucketName = bucket, Key = write.Key, UploadId = id, IfNoneMatch = write.IfAbsent ? "*" : null };
        request.AddPartETagsAndChecksums(_parts.OrderBy(p => p.PartNumber));
        try
        {
            await client.CompleteMultipartUploadAsync(request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
        catch (AmazonS3Exception error) when (error.ErrorCode is "NoSuchUpload" or "ConditionalRequestConflict")
        {
            // Completed by an attempt whose answer was lost, or somebody else writes this key: when an object is there, that is the answer.
            if (await container.HeadAsync(write.Key, cancellationToken).ConfigureAwait(false) is null) throw;
            return false;
        }
    }

    public override async Task AbortAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.AbortMultipartUploadAsync(new() { BucketName = bucket, Key = write.Key, UploadId = id }, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            // It is gone already.
        }
    }
}
