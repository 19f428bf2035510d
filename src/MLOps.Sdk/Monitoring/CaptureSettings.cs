namespace MLOps.Monitoring;

/// <summary>What <see cref="BaselineOptions{TRow}"/> says, without the row's type.</summary>
internal sealed record CaptureSettings(TimeSpan? Window, int? WindowRows, IReadOnlyList<string> Segments, IReadOnlyDictionary<string, double>? Importance)
{
    public static CaptureSettings None { get; } = new(null, null, [], null);

    public static CaptureSettings Of<TRow>(BaselineOptions<TRow> options)
    {
        if (options.Window is { } window && window <= TimeSpan.Zero) throw Broken($"Window is {window}: it must be above 0");
        if (options.Window is not null && options.Time is null) throw Broken("Window is set and Time is not: say when a row happened");
        if (options.WindowRows < 2) throw Broken($"WindowRows is {options.WindowRows}: it must be at least 2");
        if (options.WindowRows is not null && options.Window is not null) throw Broken("Window and WindowRows are both set: a window has a length in time or in rows");
        return new(options.Window, options.WindowRows, options.Segments, options.Importance);
    }

    private static MLOpsInvalidException Broken(string what) => new($"BaselineOptions.{what}.");
}
