using MLOps.Storage.Relational;
using MLOps.Testing;

namespace MLOps.Tests.Storage;

[TestFixture]
public sealed class SqliteRecordStoreTests : RecordStoreConformanceTests<RelationalStore>
{
    private readonly SqliteFolder _folder = new();

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Dispose();

    protected override ValueTask<RelationalStore> OpenAsync(string isolationKey) => new(_folder.Open(isolationKey));
}
