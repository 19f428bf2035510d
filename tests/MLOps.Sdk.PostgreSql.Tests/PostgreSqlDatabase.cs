using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MLOps.Storage.PostgreSql;
using MLOps.Storage.Relational;
using Npgsql;

namespace MLOps.Storage;

/// <summary>A database of a fixture's own on the tests' server, dropped at the end. Each store is a schema in it.</summary>
internal sealed class PostgreSqlDatabase : IAsyncDisposable
{
    private readonly string _server = Requirement.PostgreSql();
    private readonly string _name = "test_" + Guid.NewGuid().ToString("N");

    public PostgreSqlDatabase()
    {
        Execute(_server, $"create database {_name}");
        ConnectionString = new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 60, IncludeErrorDetail = true }.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>The schema of an isolation key, which may be longer than a schema's name.</summary>
    public static string Schema(string key) => "s_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24];

    public RelationalStore Open(string key, TimeSpan? poll = null, IReadOnlyList<SchemaStep>? steps = null) =>
        new(Source, new PostgreSqlDialect(new() { Schema = Schema(key) }), TimeProvider.System, poll ?? TimeSpan.FromMilliseconds(100), steps ?? Relational.Schema.Steps);

    public async Task<long> ScalarAsync(string sql)
    {
#pragma warning disable CA2100 // Constants of the tests.
        await using var command = Source.CreateCommand(sql);
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        Execute(_server, $"drop database {_name} with (force)");
    }

    private static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
#pragma warning disable CA2100 // Constants of the tests.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
