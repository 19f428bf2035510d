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

    /// <summary>What becomes of single columns, by name; all others are kept. Applied before anything is written.</summary>
    public IDictionary<string, ColumnRedaction> Columns { get; } = new Dictionary<string, ColumnRedaction>(StringComparer.Ordinal);

    /// <summary>The key of <see cref="ColumnRedaction.Hash"/>: 16 bytes at least, from wherever secrets are kept. The same key on every machine, or equal values differ.</summary>
    public byte[] HashKey { get; set; } = [];

    /// <summary>The share of predictions that are logged: above 0, at most 1, the default. Which ones depends on their ids alone; windows, drift and quality then rest on these.</summary>
    public double SampleShare { get; set; } = 1;

    internal PredictionLogOptions Require()
    {
        if (!(SampleShare is > 0 and <= 1)) throw Broken(nameof(SampleShare), SampleShare.ToString(System.Globalization.CultureInfo.InvariantCulture), "above 0, at most 1");
        if (Columns.Values.Contains(ColumnRedaction.Hash) && HashKey.Length < 16) throw Broken(nameof(HashKey), $"{HashKey.Length} bytes long", "16 bytes at least, because a column is hashed");
        if (Capacity is < 64 or > 1 << 20 || !int.IsPow2(Capacity)) throw Broken(nameof(Capacity), Capacity, "a power of two from 64 to 1048576");
        if (FlushInterval < TimeSpan.FromMilliseconds(10) || FlushInterval > TimeSpan.FromHours(1)) throw Broken(nameof(FlushInterval), FlushInterval, "10 ms to 1 hour");
        if (BlockRows is < 16 or > 65536) throw Broken(nameof(BlockRows), BlockRows, "16 to 65536");
        if (PendingBlocks is < 1 or > 1000) throw Broken(nameof(PendingBlocks), PendingBlocks, "1 to 1000");
        return this;
    }

    private static MLOpsInvalidException Broken(string option, object value, string rule) => new($"PredictionLogOptions.{option} is {value}; allowed is {rule}.");
}
