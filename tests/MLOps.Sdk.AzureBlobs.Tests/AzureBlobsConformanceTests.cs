using MLOps.Storage.Objects;
using MLOps.Testing;

namespace MLOps.Storage;

[TestFixture]
public sealed class AzureBlobsConformanceTests : BlobStoreConformanceTests<ObjectBlobStore>
{
    protected override ValueTask<ObjectBlobStore> OpenAsync(string isolationKey) => new(AzureServer.Open(isolationKey));
}
