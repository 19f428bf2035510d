using MLOps.Storage.Relational;
using MLOps.Testing;

namespace MLOps.Storage.Sqlite;

[TestFixture]
public sealed class SqliteRecordStoreTests : RecordStoreConformanceTests<RelationalStore>
{
    private readonly SqliteFolder _folder = new();

    [OneTimeTearDown]
    public void Clean() => _folder.Delete();

    protected override ValueTask<RelationalStore> OpenAsync(string isolationKey) => new(_folder.Open(isolationKey));
}
