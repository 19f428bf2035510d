using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>The requests of Azure Blob Storage on one container.</summary>
internal sealed class AzureBlobsContainer(BlobContainerClient client, AzureBlobsOptions options) : ObjectContainer
{
    /// <summary>What Azure allows for blocks.</summary>
    public static readonly ObjectLimits Allowed = new(1, 4000L << 20, 50_000);

    internal const string WriterKey = "mlops_writer";

    public override string Name => $"the container '{client.Name}'";

    public override ObjectLimits Limits => Allowed;

    public override bool ListsInOrder => options.ListsInOrder;

    public static bool IsThere(RequestFailedException error) => error.Status == 412 || error.ErrorCode == BlobErrorCode.BlobAlreadyExists;

    public static BlobRequestConditions? Conditions(ObjectWrite write) => write.IfAbsent ? new() { IfNoneMatch = ETag.All } : null;

    public static Dictionary<string, string> Metadata(ObjectWrite write) => new() { [WriterKey] = write.Writer };

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (options.CreateIfMissing) await client.CreateIfNotExistsAsync(PublicAccessType.None, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    public override async Task<bool> PutAsync(ObjectWrite write, Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        // One request carries what is shorter than the initial size.
        var settings = new BlobUploadOptions
        {
            Conditions = Conditions(write),
            Metadata = Metadata(write),
            TransferOptions = new StorageTransferOptions { InitialTransferSize = content.Length + 1, MaximumConcurrency = 1 },
            TransferValidation = AzureBlobsUpload.Checked,
        };
        try
        {
            await client.GetBlockBlobClient(write.Key).UploadAsync(content, settings, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException error) when (IsThere(error))
        {
            return false;
        }
    }

    public override Task<ObjectUpload> BeginAsync(ObjectWrite write, CancellationToken cancellationToken) =>
        Task.FromResult<ObjectUpload>(new AzureBlobsUpload(client.GetBlockBlobClient(write.Key), write));

    public override async Task<ObjectHead?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.GetBlobClient(key).GetPropertiesAsync(null, cancellationToken).ConfigureAwait(false);
            return new(answer.Value.ContentLength, answer.Value.Metadata.TryGetValue(WriterKey, out var writer) ? writer : null);
        }
        catch (RequestFailedException error) when (IsMissing(error))
        {
            return null;
        }
    }

    public override async Task<ObjectBody?> OpenAsync(string key, long offset, long last, string? tag, CancellationToken cancellationToken)
    {
        var settings = new BlobDownloadOptions { Range = new(offset, last - offset + 1), Conditions = tag is null ? null : new() { IfMatch = new ETag(tag) } };
        try
        {
            var answer = (await client.GetBlobClient(key).DownloadStreamingAsync(settings, cancellationToken).ConfigureAwait(false)).Value;
            var range = answer.Details.ContentRange;
            var length = range is null ? answer.Details.ContentLength : long.Parse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
            return new(answer.Content, length, answer.Details.ETag.ToString());
        }
        catch (RequestFailedException error) when (error.Status == 416)
        {
            return new(Stream.Null, 0, null);
        }
        catch (RequestFailedException error) when (IsMissing(error) || error.Status == 412)
        {
            return null;
        }
    }

    public override async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetBlobClient(key).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException error) when (IsMissing(error))
        {
            return false;
        }
    }

    public override async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in client.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken).ConfigureAwait(false))
            yield return new(blob.Name, blob.Properties.ContentLength ?? 0);
    }

    public override string? Explain(Exception error) => AzureBlobsErrors.Explain(error);

    private static bool IsMissing(RequestFailedException error) => error.Status == 404 && error.ErrorCode != BlobErrorCode.ContainerNotFound;
}
