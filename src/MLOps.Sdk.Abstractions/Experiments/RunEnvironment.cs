namespace MLOps.Experiments;

/// <summary>Where and of what code a run was made, as far as it could be found. Nothing here comes from environment variables, so that no secret does.</summary>
public sealed record RunEnvironment
{
    /// <summary>The git commit that the working folder was at.</summary>
    public string? Commit { get; init; }

    /// <summary>The git branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Whether tracked files differed from the commit; null when that is not known. The difference is the artifact <c>environment/changes.diff</c> where it could be kept.</summary>
    public bool? IsDirty { get; init; }

    /// <summary>The SHA-256 of the application's list of packages and versions (its <c>.deps.json</c>): equal packages, equal digest.</summary>
    public string? PackagesDigest { get; init; }

    /// <summary>The application's name and version.</summary>
    public string? Application { get; init; }

    /// <summary>The machine's name.</summary>
    public string? Machine { get; init; }

    /// <summary>The operating system.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The .NET runtime.</summary>
    public string? Runtime { get; init; }

    /// <summary>The processor's architecture.</summary>
    public string? Architecture { get; init; }

    /// <summary>How many processors the process may use.</summary>
    public int? Processors { get; init; }

    /// <summary>How many worker threads the thread pool starts without delay.</summary>
    public int? Threads { get; init; }

    /// <summary>The memory the process may use, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Whether the garbage collector works for servers.</summary>
    public bool? IsServerGC { get; init; }
}
