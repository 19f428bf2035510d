using System.Diagnostics;

namespace MLOps.Storage;

/// <summary>A server of a test's own, which the test may crash.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private PostgreSqlServer(string folder, string connectionString) => (Folder, ConnectionString) = (folder, connectionString);

    public string ConnectionString { get; }

    private string Folder { get; }

    public static async Task<PostgreSqlServer> StartAsync()
    {
        Requirement.PostgreSql();
        var lines = (await RunAsync("start")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(lines[0], lines[1]);
    }

    /// <summary>Crashes it, without waiting for anybody, and starts it again.</summary>
    public Task CrashAsync() => RunAsync("restart", Folder);

    public async ValueTask DisposeAsync() => await RunAsync("stop", Folder);

    private static async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        // The server would inherit a pipe and hold it open: it writes to a file.
        var output = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("bash", ["-c", "bash \"$1\" \"${@:3}\" >\"$2\" 2>&1 </dev/null", "-", Repository.At("tests/servers/postgresql.sh"), output, .. arguments]))!;
            await process.WaitForExitAsync();
            var said = await File.ReadAllTextAsync(output);
            return process.ExitCode == 0 ? said : throw new InvalidOperationException($"postgresql.sh {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
        }
        finally
        {
            File.Delete(output);
        }
    }
}
