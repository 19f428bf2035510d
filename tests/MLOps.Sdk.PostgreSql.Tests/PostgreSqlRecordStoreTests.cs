using MLOps.Storage.Relational;
using MLOps.Testing;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlRecordStoreTests : RecordStoreConformanceTests<RelationalStore>
{
    private readonly Lazy<PostgreSqlDatabase> _database = new(() => new());

    [OneTimeTearDown]
    public async Task Drop() => await (_database.IsValueCreated ? _database.Value.DisposeAsync() : default);

    protected override ValueTask<RelationalStore> OpenAsync(string isolationKey) => new(_database.Value.Open(isolationKey));
}
