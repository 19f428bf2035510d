using System.Buffers.Binary;
using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>Staged blocks. Those that are never committed stay invisible, and the service throws them away after a week.</summary>
internal sealed class AzureBlobsUpload(BlockBlobClient blob, ObjectWrite write) : ObjectUpload
{
    private readonly Guid _id = Guid.CreateVersion7();
    private int _count;

    /// <summary>
    /// An MD5 of each body for the service to check before it takes the bytes: what every version of the service and every emulator does. The
    /// client library's newer way, a CRC-64 woven into the body, fails on those that do not answer it, and on a blob that is there already.
    /// </summary>
    public static UploadTransferValidationOptions Checked { get; } = new() { ChecksumAlgorithm = IsMd5Allowed() ? StorageChecksumAlgorithm.MD5 : StorageChecksumAlgorithm.None };

    public override async Task SendAsync(int number, Stream content, CancellationToken cancellationToken)
    {
        await blob.StageBlockAsync(Id(number), content, new BlockBlobStageBlockOptions { TransferValidation = Checked }, cancellationToken).ConfigureAwait(false);
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

    // A machine under FIPS rules has no MD5; there the bytes are as safe as TLS makes them.
    private static bool IsMd5Allowed()
    {
        try
        {
#pragma warning disable CA5351 // A checksum against broken transport, which the service asks for in this form; no secret rests on it.
            return MD5.HashData([]).Length > 0;
#pragma warning restore CA5351
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Of one length for all blocks, as the service wants it, and of this upload alone: racing writers stage into one list.</summary>
    private string Id(int number)
    {
        Span<byte> id = stackalloc byte[20];
        _id.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], number);
        return Convert.ToBase64String(id);
    }
}
