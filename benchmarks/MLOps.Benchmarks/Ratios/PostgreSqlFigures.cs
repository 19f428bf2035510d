using Microsoft.Extensions.DependencyInjection;
using MLOps.Benchmarks.References;
using MLOps.Storage;
using Npgsql;

namespace MLOps.Benchmarks.Ratios;

/// <summary>PostgreSQL against bare Npgsql on the same server; with the server that MLOPS_POSTGRESQL names, otherwise not at all.</summary>
internal static class PostgreSqlFigures
{
    public static async Task RunAsync(Scoreboard board)
    {
        if (Environment.GetEnvironmentVariable("MLOPS_POSTGRESQL") is not { } server)
        {
            Console.WriteLine("# no figures of PostgreSQL: MLOPS_POSTGRESQL names no server (bash tests/servers/postgresql.sh start gives one)");
            return;
        }

        var name = "bench_" + Guid.NewGuid().ToString("N");
        await using var admin = NpgsqlDataSource.Create(server);
        await ExecuteAsync(admin, $"create database {name}");
        try
        {
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString);
            await using (var reference = await BareNpgsql.OpenAsync(source))
            {
                var services = new ServiceCollection().AddSingleton(source);
                new MLOpsBuilder(services, null).UsePostgreSql();
                await using var provider = services.BuildServiceProvider();
                await StorageFigures.CommitsAsync(board, "postgresql-", provider.GetRequiredService<IRecordStore>(), reference.CommitAsync);
                await StorageFigures.BlocksAsync(board, "postgresql-", provider.GetRequiredService<IStreamStore>(), reference.AppendAsync);
            }
        }
        finally
        {
            await ExecuteAsync(admin, $"drop database {name} with (force)");
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
#pragma warning disable CA2100 // Constants of this file.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
