namespace MLOps.Experiments;

/// <summary>
/// What a run notes about its surroundings by itself. Nothing of it ever fails a run, or makes its start wait. Register one to replace the defaults:
/// <c>builder.Use(_ => new RunCaptureOptions { … })</c>.
/// </summary>
public sealed record RunCaptureOptions
{
    /// <summary>Nothing at all.</summary>
    public static RunCaptureOptions None { get; } = new() { Git = false, Changes = false, Packages = false, Machine = false, Cost = false, Process = false };

    /// <summary>The git commit and branch of the working folder, and whether it was clean. On by default; needs <c>git</c> on the path.</summary>
    public bool Git { get; init; } = true;

    /// <summary>
    /// The uncommitted changes to tracked files, as the artifact <c>environment/changes.diff</c>. On by default, with <see cref="Git"/>. Files whose names say that they may
    /// hold secrets (<c>.env</c>, keys, certificates, <c>*secret*</c>, <c>*credential*</c>, <c>appsettings*.json</c>) are left out; switch it off where others may.
    /// </summary>
    public bool Changes { get; init; } = true;

    /// <summary>The most bytes of changes that are kept, 0 to 16,777,216; a longer difference is cut there and says so. 262,144 by default.</summary>
    public int MaxChangesBytes { get; init; } = 262_144;

    /// <summary>The digest of the application's packages. On by default.</summary>
    public bool Packages { get; init; } = true;

    /// <summary>Machine, operating system, runtime, processors, threads and memory. On by default.</summary>
    public bool Machine { get; init; } = true;

    /// <summary>Processor time and peak memory, at the run's end. On by default.</summary>
    public bool Cost { get; init; } = true;

    /// <summary>What an hour of this machine costs, in a currency of your own; null for unknown.</summary>
    public double? PricePerHour { get; init; }

    /// <summary>The series <c>process/cpu</c> (processors busy), <c>process/memory</c>, <c>process/gc-heap</c> (bytes) and <c>process/gc-pause</c> (per cent of the time), from the first interval on. On by default.</summary>
    public bool Process { get; init; } = true;

    /// <summary>How often: 100 milliseconds to 1 day; 15 seconds by default.</summary>
    public TimeSpan ProcessInterval { get; init; } = TimeSpan.FromSeconds(15);

    internal RunCaptureOptions Checked()
    {
        if (MaxChangesBytes is < 0 or > 16 * 1024 * 1024) throw new MLOpsInvalidException($"RunCaptureOptions.MaxChangesBytes is {MaxChangesBytes}; 0 to 16,777,216 are allowed.");
        if (ProcessInterval < TimeSpan.FromMilliseconds(100) || ProcessInterval > TimeSpan.FromDays(1)) throw new MLOpsInvalidException($"RunCaptureOptions.ProcessInterval is {ProcessInterval}; 100 milliseconds to 1 day is allowed.");
        if (PricePerHour is { } price && (!double.IsFinite(price) || price < 0)) throw new MLOpsInvalidException($"RunCaptureOptions.PricePerHour is {price}; a finite number from 0 is allowed.");
        return this;
    }
}
