using System.Diagnostics;
using System.Text;

namespace MLOps.Tests;

/// <summary>A built program of this repository as a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>How to start it: what it writes is read by the test.</summary>
    /// <param name="assembly">The path of its assembly; see <see cref="Requirement.Built"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo Of(string assembly, params IEnumerable<string> arguments) => new("dotnet", [assembly, .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
    };

    /// <summary>Runs it to its end; it does not outlive a cancelled call.</summary>
    /// <returns>Its exit code, what it wrote and its errors.</returns>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken = default)
    {
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
