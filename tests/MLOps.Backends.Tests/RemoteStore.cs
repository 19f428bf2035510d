using MLOps.Cli;
using Npgsql;

namespace MLOps.Backends;

/// <summary>
/// A store on the tests' own servers, as a team would share one: an address without secrets, and the environment that holds them. It is a
/// schema and a prefix of its own; the schema is dropped at the end, the servers' folders go with the servers.
/// </summary>
internal sealed class RemoteStore : IDisposable
{
    private const string Variable = "MLOPS_TEST_RECORDS", Bytes = "MLOPS_TEST_BYTES";

    private readonly string? _folder;
    private readonly string _name = "t" + Guid.NewGuid().ToString("N");

    public RemoteStore(string bytes)
    {
        var records = new NpgsqlConnectionStringBuilder(Requirement.PostgreSql()) { MaxPoolSize = 20 }.ConnectionString;
        Environment[Variable] = records;
        if (bytes == "folder")
        {
            _folder = Directory.CreateTempSubdirectory("mlops-bytes-").FullName;
            Address = $"postgresql:{Variable},schema={_name}+folder:{_folder}";
        }
        else if (bytes == "s3")
        {
            var server = new Uri(Requirement.Server("MLOPS_S3"));
            var user = server.UserInfo.Split(':');
            (Environment["AWS_ACCESS_KEY_ID"], Environment["AWS_SECRET_ACCESS_KEY"]) = (Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user[1]));
            Address = $"postgresql:{Variable},schema={_name}+s3:{server.AbsolutePath.Trim('/')}/{_name},endpoint=http://{server.Authority.Split('@')[^1]}";
        }
        else
        {
            Environment[Bytes] = Requirement.Server("MLOPS_AZURITE");
            Address = $"postgresql:{Variable},schema={_name}+azure:{Bytes}/mlops-tests/{_name},create";
        }
    }

    public string Address { get; }

    /// <summary>What a process needs to open it.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public MLOpsClient Open(Action<MLOpsBuilder>? configure = null)
    {
        // The AWS SDK looks into the process's environment.
        foreach (var (name, value) in Environment.Where(e => e.Key.StartsWith("AWS_", StringComparison.Ordinal))) System.Environment.SetEnvironmentVariable(name, value);
        return StoreAddress.Parse(Address, Path.GetTempPath(), name => Environment.GetValueOrDefault(name)).Open(configure, null);
    }

    public void Dispose()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
        using var connection = new NpgsqlConnection(Environment[Variable]);
        connection.Open();
#pragma warning disable CA2100 // A name made here.
        using var command = new NpgsqlCommand($"drop schema if exists {_name} cascade", connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        NpgsqlConnection.ClearPool(connection);
    }
}
