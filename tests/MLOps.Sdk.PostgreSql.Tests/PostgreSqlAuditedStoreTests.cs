using MLOps.Records;
using MLOps.Testing;

namespace MLOps.Storage;

[TestFixture]
public sealed class PostgreSqlAuditedStoreTests : RecordStoreConformanceTests<IRecordStore>
{
    private readonly Lazy<PostgreSqlDatabase> _database = new(() => new());

    private readonly List<IAsyncDisposable> _opened = [];

    [TearDown]
    public async Task Close() => await Task.WhenAll(_opened.Select(o => o.DisposeAsync().AsTask()));

    [OneTimeTearDown]
    public async Task Drop() => await (_database.IsValueCreated ? _database.Value.DisposeAsync() : default);

    protected override ValueTask<IRecordStore> OpenAsync(string isolationKey)
    {
        var inner = _database.Value.Open(isolationKey);
        _opened.Add(inner);
        return new(new AuditedRecordStore(inner, TimeProvider.System));
    }
}
