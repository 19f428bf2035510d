using System.Buffers.Binary;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>Staged blocks. Those that are never committed stay invisible, and the service throws them away after a week.</summary>
internal sealed class AzureBlobsUpload(BlockBlobClient blob, ObjectWrite write, UploadTransferValidationOptions check) : ObjectUpload
{
    private readonly Guid _id = Guid.CreateVersion7();
    private int _count;

    /// <summary>
    /// A checksum of each body, for the service to check before it takes the bytes: a CRC-64 woven into it, or MD5 in a header for
    /// an emulator, which has the account in the path of its address and knows no other.
    /// </summary>
    public static UploadTransferValidationOptions Checked(Uri container) => new()
    {
        ChecksumAlgorithm = container.Segments.Length > 2 ? StorageChecksumAlgorithm.MD5 : StorageChecksumAlgorithm.Auto,
    };

    public override async Task SendAsync(int number, Stream content, CancellationToken cancellationToken)
    {
        await blob.StageBlockAsync(Id(number), content, new BlockBlobStageBlockOptions { TransferValidation = check }, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _count);
    }

    public override async Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        var settings = new CommitBlockListOptions { Conditions = AzureBlobsContainer.Conditions(write), Metadata = AzureBlobsContainer.Metadata(write) };
        try
        {
            await blob.CommitBlockListAsync(Enumerable.Range(1, _count).Select(Id), settings, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException error) when (AzureBlobsContainer.IsThere(error))
        {
            return false;
        }
        catch (RequestFailedException error) when (error.ErrorCode == BlobErrorCode.InvalidBlockList)
        {
            // Whoever writes a blob throws away the blocks that others have staged for it: then it is there.
            if (!await blob.ExistsAsync(cancellationToken).ConfigureAwait(false)) throw;
            return false;
        }
    }

    public override Task AbortAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Of one length for all blocks, as the service wants it, and of this upload alone: racing writers stage into one list.</summary>
    private string Id(int number)
    {
        Span<byte> id = stackalloc byte[20];
        _id.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], number);
        return Convert.ToBase64String(id);
    }
}
