using System.Collections.Concurrent;
using MLOps.Testing;

namespace MLOps.Storage.Objects;

[TestFixture]
public sealed class ObjectBlobStoreTests : BlobStoreConformanceTests<ObjectBlobStore>
{
    private readonly ConcurrentDictionary<string, MemoryContainer> _servers = new();

    protected override ValueTask<ObjectBlobStore> OpenAsync(string isolationKey) =>
        new(new ObjectBlobStore(_servers.GetOrAdd(isolationKey, _ => new()), "a/prefix", new() { PartSize = 30_000 }));
}
