namespace MLOps.Predictions;

/// <summary>How predictions are kept. Posting never waits: what finds no room is dropped and counted.</summary>
public sealed class PredictionLogOptions
{
    /// <summary>Rows that wait in memory for the background writer, for each served model: a power of two from 64 to 1,048,576; 8,192 by default.</summary>
    public int Capacity { get; set; } = 8192;

    /// <summary>How long a row waits at most before it is written, unless the store fails: 10 ms to 1 hour; 1 s by default.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Rows in a block at most: 16 to 65,536; 4,096 by default.</summary>
    public int BlockRows { get; set; } = 4096;

    /// <summary>Blocks kept while the store cannot be written, before rows are dropped: 1 to 1,000; 64 by default.</summary>
    public int PendingBlocks { get; set; } = 64;

    internal PredictionLogOptions Require()
    {
        if (Capacity is < 64 or > 1 << 20 || !int.IsPow2(Capacity)) throw Broken(nameof(Capacity), Capacity, "a power of two from 64 to 1048576");
        if (FlushInterval < TimeSpan.FromMilliseconds(10) || FlushInterval > TimeSpan.FromHours(1)) throw Broken(nameof(FlushInterval), FlushInterval, "10 ms to 1 hour");
        if (BlockRows is < 16 or > 65536) throw Broken(nameof(BlockRows), BlockRows, "16 to 65536");
        if (PendingBlocks is < 1 or > 1000) throw Broken(nameof(PendingBlocks), PendingBlocks, "1 to 1000");
        return this;
    }

    private static MLOpsInvalidException Broken(string option, object value, string rule) => new($"PredictionLogOptions.{option} is {value}; allowed is {rule}.");
}
