namespace MLOps.Cli.Tables;

/// <summary>Which columns of a file are not plain features.</summary>
internal sealed record CsvColumns(string? Prediction, string? Label, string? Time, IReadOnlyList<string> Categories, IReadOnlyList<string> Ignored)
{
    public IEnumerable<string> All() => new[] { Prediction, Label, Time }.OfType<string>().Concat(Categories).Concat(Ignored);
}
