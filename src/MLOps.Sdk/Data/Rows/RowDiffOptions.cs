namespace MLOps.Data;

/// <summary>How rows are compared.</summary>
public sealed record RowDiffOptions
{
    /// <summary>The least memory that can be asked for.</summary>
    public const long LeastMemory = 1 << 20;

    /// <summary>
    /// About how many bytes of rows are in memory at once; 64 MiB by default. Files that need more are parted by the hash of the key into temporary files, about as large as both versions together,
    /// and compared part by part.
    /// </summary>
    public long Memory { get; init; } = 64 << 20;

    /// <summary>How CSV files are written; null for commas, and tabs in a file named <c>.tsv</c>.</summary>
    public CsvOptions? Csv { get; init; }

    /// <summary>Checks the values and returns the options.</summary>
    /// <exception cref="MLOpsInvalidException">One is out of range.</exception>
    public RowDiffOptions Checked()
    {
        if (Memory < LeastMemory) throw new MLOpsInvalidException($"Comparing rows takes at least {LeastMemory} bytes of memory, these are {Memory}.");
        Csv?.Checked();
        return this;
    }
}
