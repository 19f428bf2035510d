using Npgsql;

namespace MLOps.Storage.PostgreSql;

/// <summary>The data source of a store, disposed with it only when the store made it: the application's own is the application's.</summary>
/// <param name="source">The data source.</param>
/// <param name="isOwn">True when the store made it.</param>
internal sealed class OwnedDataSource(NpgsqlDataSource source, bool isOwn) : IAsyncDisposable, IDisposable
{
    public static OwnedDataSource Of(string connectionString) => new(NpgsqlDataSource.Create(connectionString), isOwn: true);

    public NpgsqlDataSource Source => source;

    public void Dispose()
    {
        if (isOwn) source.Dispose();
    }

    public ValueTask DisposeAsync() => isOwn ? source.DisposeAsync() : default;
}
