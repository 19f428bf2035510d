namespace MLOps.Data;

/// <summary>How a CSV file is written.</summary>
public sealed record CsvOptions
{
    /// <summary>What stands between cells; a comma by default. Not a quote or a line end.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Checks the values and returns the options.</summary>
    /// <exception cref="MLOpsInvalidException">One is out of range.</exception>
    public CsvOptions Checked() => Separator is '"' or '\r' or '\n'
        ? throw new MLOpsInvalidException("The separator of a CSV file is neither a quote nor a line end: say a comma, a semicolon or a tab.")
        : this;
}
