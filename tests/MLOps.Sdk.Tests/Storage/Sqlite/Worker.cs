using System.Diagnostics;

namespace MLOps.Tests.Storage;

/// <summary>Starts the child process that tests share a store with.</summary>
static class Worker
{
    /// <summary>The worker's program, built with this project and found beside it.</summary>
    private static string Program
    {
        get
        {
            var output = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            var tests = output.Parent!.Parent!.Parent!.Parent!;
            return Path.Combine(tests.FullName, "MLOps.CrashWorker", "bin", output.Parent.Name, output.Name, "MLOps.CrashWorker.dll");
        }
    }

    /// <summary>Runs the worker to its end.</summary>
    /// <returns>Its exit code, what it wrote and its errors.</returns>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(CancellationToken token, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
            await process.WaitForExitAsync(token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
