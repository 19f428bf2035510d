using System.Diagnostics;
using System.Globalization;

namespace MLOps.Benchmarks.References;

/// <summary>Programs of the system that do what we do, measured in processor seconds.</summary>
internal static class Tool
{
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs a shell command and gives the processor seconds of what it started.</summary>
    public static async Task<double> CpuAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"TIMEFORMAT='%U %S'; time ( {command} ) >/dev/null"]) { RedirectStandardError = true };
        start.Environment["RESTIC_PASSWORD"] = "benchmark";
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var numbers = errors.Trim().Split('\n')[^1].Split(' ');
        return process.ExitCode == 0 && numbers.Length == 2
            ? numbers.Sum(n => double.Parse(n, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"'{command}' failed: {errors}");
    }

    /// <summary>Processor seconds that this process spends on some work.</summary>
    public static async Task<double> OursAsync(Func<Task> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var me = Process.GetCurrentProcess();
        var before = me.TotalProcessorTime;
        await work();
        me.Refresh();
        return (me.TotalProcessorTime - before).TotalSeconds;
    }

    public static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
