namespace MLOps.Experiments;

/// <summary>How a run buffers the points of its metrics. Register one to replace the defaults: <c>builder.Use(_ => new MetricLogOptions { … })</c>.</summary>
public sealed record MetricLogOptions
{
    /// <summary>How many points a run holds in memory before <see cref="IRun.Log"/> waits: 1 to 500,000; 65,536 by default. A point takes 32 bytes, and while a batch is being written as many again.</summary>
    public int Capacity { get; init; } = 65_536;

    /// <summary>How many points make a batch that is written at once: 1 to <see cref="Capacity"/>; 8,192 by default.</summary>
    public int BatchSize { get; init; } = 8_192;

    /// <summary>The longest time that a point stays in memory only: 1 millisecond to 1 hour; 1 second by default.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What <see cref="IRun.Log"/> does when the buffer is full. By default it waits, so that nothing is lost.</summary>
    public MetricOverflow WhenFull { get; init; } = MetricOverflow.Wait;

    internal MetricLogOptions Checked()
    {
        // 500,000 points of one metric fit a stream's block of 16 MiB, whatever they are: 28 bytes each at most.
        if (Capacity is < 1 or > 500_000) throw new MLOpsInvalidException($"MetricLogOptions.Capacity is {Capacity}; 1 to 500,000 points are allowed.");
        if (BatchSize < 1 || BatchSize > Capacity) throw new MLOpsInvalidException($"MetricLogOptions.BatchSize is {BatchSize}; 1 to Capacity ({Capacity}) points are allowed.");
        if (FlushInterval < TimeSpan.FromMilliseconds(1) || FlushInterval > TimeSpan.FromHours(1)) throw new MLOpsInvalidException($"MetricLogOptions.FlushInterval is {FlushInterval}; 1 millisecond to 1 hour is allowed.");
        return Enum.IsDefined(WhenFull) ? this : throw new MLOpsInvalidException($"MetricLogOptions.WhenFull is {(int)WhenFull}, which is neither Wait nor Drop.");
    }
}
