using MLOps.Storage.Objects;
using MLOps.Testing;

namespace MLOps.Storage;

[TestFixture]
public sealed class AmazonS3ConformanceTests : BlobStoreConformanceTests<ObjectBlobStore>
{
    protected override bool DecidesRaces => S3Server.Best.KeepsConditions;

    protected override ValueTask<ObjectBlobStore> OpenAsync(string isolationKey) => new(S3Server.Best.Open(isolationKey));
}
