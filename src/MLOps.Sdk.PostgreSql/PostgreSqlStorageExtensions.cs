using MLOps;
using MLOps.Storage;
using MLOps.Storage.PostgreSql;
using MLOps.Storage.Relational;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's records and streams in PostgreSQL.</summary>
public static class PostgreSqlStorageExtensions
{
    /// <summary>
    /// Keeps records and streams in a PostgreSQL database that any number of machines may share. The tables are made and upgraded
    /// on first use. <c>RelationalStore</c>, registered beside the seams, enlists calls in the application's own transaction.
    /// </summary>
    /// <param name="builder">The store being registered.</param>
    /// <param name="connectionString">As Npgsql takes it; null to use the <see cref="NpgsqlDataSource"/> that the application registered (under the store's key, or without one).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="MLOpsInvalidException">The connection string or an option breaks a rule.</exception>
    public static MLOpsBuilder UsePostgreSql(this MLOpsBuilder builder, string? connectionString = null, PostgreSqlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var chosen = (options ?? new()).Require();
        if (connectionString is null) builder.Use(store => new OwnedDataSource(Registered(store), isOwn: false));
        else
        {
            var checkedString = Checked(connectionString);
            builder.Use(_ => OwnedDataSource.Of(checkedString));
        }

        return builder
            .Use(store => new RelationalStore(store.Get<OwnedDataSource>().Source, new PostgreSqlDialect(chosen), store.Time, chosen.Poll))
            .Use<IRecordStore>(store => store.Get<RelationalStore>())
            .Use<IStreamStore>(store => store.Get<RelationalStore>());
    }

    private static NpgsqlDataSource Registered(StoreServices store) =>
        store.Find<NpgsqlDataSource>() ?? store.Provider.GetService<NpgsqlDataSource>()
            ?? throw new MLOpsInvalidException("UsePostgreSql() without a connection string takes the application's NpgsqlDataSource, and none is registered. Register one, or give a connection string.");

    private static string Checked(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(builder.Host)
                ? throw new MLOpsInvalidException("The connection string names no Host.")
                : builder.ConnectionString;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Npgsql's own message may repeat a part of the string, and with it a password: it is not passed on.
            throw new MLOpsInvalidException("The connection string for PostgreSQL is malformed. It reads Host=…;Port=…;Database=…;Username=…;Password=…, with values that hold ';' or '=' in quotes.");
        }
    }
}
