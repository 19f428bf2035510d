using MLOps.Storage.Objects;

namespace MLOps.Storage;

[TestFixture]
public sealed class AzureBlobsServerTests : ObjectServerTests
{
    protected override string Server => "MLOPS_AZURITE";

    protected override ObjectBlobStore Open(string prefix, TransferOptions transfer) => AzureServer.Open(prefix, AzureServer.Options with { Transfer = transfer });

    // Staged blocks that are never committed are invisible, cannot be deleted, and go after a week by themselves.
    protected override Task<int?> PendingAsync(string prefix) => Task.FromResult<int?>(null);
}
