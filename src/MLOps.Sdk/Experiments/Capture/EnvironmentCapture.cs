using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>
/// Finds out once, when the first run starts, where and of what code the runs of this process are made: the code that runs is the one
/// that was loaded then.
/// </summary>
sealed partial class EnvironmentCapture(RunCaptureOptions options, ContentStore content, ILogger logger)
{
    public const string ChangesPath = "environment/changes.diff";

    private readonly Lock _gate = new();
    private Task<(RunEnvironment Environment, Artifact? Changes)>? _found;

    /// <summary>What was found; null while that is not known yet.</summary>
    public (RunEnvironment Environment, Artifact? Changes)? Known => Volatile.Read(ref _found) is { IsCompletedSuccessfully: true } found ? found.Result : null;

    /// <summary>Begins to look, in the background; null when nothing is wanted. Never fails.</summary>
    public Task<(RunEnvironment Environment, Artifact? Changes)>? Begin()
    {
        if (options is { Git: false, Packages: false, Machine: false }) return null;
        lock (_gate) return _found ??= Task.Run(FindAsync);
    }

    private async Task<(RunEnvironment, Artifact?)> FindAsync()
    {
        var environment = new RunEnvironment();
        Artifact? changes = null;
        try
        {
            if (options.Machine) environment = WithMachine(environment);
            if (options.Packages) environment = environment with { Application = Application(), PackagesDigest = await PackagesAsync().ConfigureAwait(false) };
            if (options.Git) (environment, changes) = await WithGitAsync(environment).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever cannot be found out is unknown; no run fails of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogNotFound(logger, error);
        }

        return (environment, changes);
    }

    private async ValueTask<(RunEnvironment, Artifact?)> WithGitAsync(RunEnvironment environment)
    {
        var folder = Environment.CurrentDirectory;
        if (await Git.HeadAsync(folder, CancellationToken.None).ConfigureAwait(false) is not var (commit, branch)) return (environment, null);
        environment = environment with { Commit = commit, Branch = branch, IsDirty = await Git.IsDirtyAsync(folder, CancellationToken.None).ConfigureAwait(false) };
        if (environment.IsDirty != true || !options.Changes || options.MaxChangesBytes == 0) return (environment, null);
        if (await Git.ChangesAsync(folder, options.MaxChangesBytes, CancellationToken.None).ConfigureAwait(false) is not var (bytes, isCut) || bytes.Length == 0) return (environment, null);
        if (isCut) bytes = [.. bytes, .. "\n\\ cut here: the difference is longer than RunCaptureOptions.MaxChangesBytes\n"u8];
        var (digest, length) = await content.PutAsync(bytes, CancellationToken.None).ConfigureAwait(false);
        return (environment, new Artifact(ChangesPath, length, digest));
    }

    private static RunEnvironment WithMachine(RunEnvironment environment)
    {
        ThreadPool.GetMinThreads(out var threads, out _);
        return environment with
        {
            Machine = Environment.MachineName,
            OperatingSystem = RuntimeInformation.OSDescription,
            Runtime = RuntimeInformation.FrameworkDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Processors = Environment.ProcessorCount,
            Threads = threads,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            IsServerGC = GCSettings.IsServerGC,
        };
    }

    private static string? Application() => Assembly.GetEntryAssembly()?.GetName() is { Name: { } name } entry ? $"{name} {entry.Version}" : null;

    private static async ValueTask<string?> PackagesAsync()
    {
        // The first of them is the application's own.
        var file = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';')[0];
        if (string.IsNullOrEmpty(file) || !File.Exists(file)) return null;
        var stream = File.OpenRead(file);
        await using (stream.ConfigureAwait(false)) return (await Digest.OfAsync(stream, CancellationToken.None).ConfigureAwait(false)).Hex;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Not all of the runs' surroundings could be found out.")]
    private static partial void LogNotFound(ILogger logger, Exception error);
}
