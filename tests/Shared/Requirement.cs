using System.Diagnostics;

namespace MLOps.Tests;

/// <summary>
/// Says what a test needs from the machine. What is missing fails the test when <c>CI=true</c>, and skips it with the reason
/// otherwise: on a build server nothing may pass unseen, on a laptop nobody has to install a server to change a comment.
/// </summary>
internal static class Requirement
{
    private static readonly Lazy<string?> s_chromium = new(FindChromium);

    /// <summary>True on a build server.</summary>
    public static bool IsBuildServer { get; } = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path of a Chromium browser that starts.</summary>
    public static string Chromium() => s_chromium.Value ?? throw Missing("no Chromium browser was found; install 'chromium', or set MLOPS_CHROMIUM to its path");

    /// <summary>The address of a server that <c>tests/run.sh</c> starts.</summary>
    /// <param name="variable">The environment variable that holds it.</param>
    public static string Server(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address ? address : throw Missing($"{variable} holds no address of a server; run tests/run.sh, which starts one, or set it");

    /// <summary>The connection string of a PostgreSQL server whose user may create databases.</summary>
    public static string PostgreSql() => Server("MLOPS_POSTGRESQL");

    /// <summary>The assembly that a project of this repository builds.</summary>
    /// <param name="project">The project's folder, <c>src/MLOps.Cli</c>.</param>
    /// <param name="assembly">The assembly's name without extension.</param>
    public static string Built(string project, string assembly) =>
        Repository.Built(project, assembly) ?? throw Missing($"{project} is not built in configuration {Repository.Configuration}; build MLOps.Sdk.sln");

    /// <summary>What to throw when something is missing.</summary>
    public static ResultStateException Missing(string reason) =>
        IsBuildServer ? new AssertionException($"Required on a build server: {reason}.") : new IgnoreException($"Skipped: {reason}.");

    private static string? FindChromium()
    {
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var candidates = from name in names from folder in folders select Path.Combine(folder, name);
        return candidates.Prepend(Environment.GetEnvironmentVariable("MLOPS_CHROMIUM") ?? "").FirstOrDefault(Starts);
    }

    // Some distributions put a script there that only says how to install the browser: it must answer.
    private static bool Starts(string path)
    {
        if (!File.Exists(path)) return false;
        using var process = Process.Start(new ProcessStartInfo(path, "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
        if (process is null || !process.WaitForExit(TimeSpan.FromSeconds(20))) return false;
        return process.ExitCode == 0;
    }
}
