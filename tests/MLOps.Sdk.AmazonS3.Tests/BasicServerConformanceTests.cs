using MLOps.Storage.Objects;
using MLOps.Testing;

namespace MLOps.Storage;

[TestFixture]
public sealed class BasicServerConformanceTests : BlobStoreConformanceTests<ObjectBlobStore>
{
    protected override bool DecidesRaces => false;

    protected override ValueTask<ObjectBlobStore> OpenAsync(string isolationKey) => new(S3Server.Basic.Open(isolationKey));
}
