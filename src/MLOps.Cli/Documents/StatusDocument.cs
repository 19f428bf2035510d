namespace MLOps.Cli.Documents;

internal sealed record StatusDocument(
    string Store, int Datasets, int Experiments, RunCounts Runs, IReadOnlyList<ModelStatus> Models) : Document;

internal sealed record RunCounts(int Total, int Running, int Finished, int Failed, int Killed);

internal sealed record ModelStatus(string Model, int LatestNumber, IReadOnlyList<AliasItem> Aliases, ReportItem? Report);

internal sealed record ReportItem(
    string Id, int Number, string Verdict, string Summary, DateTimeOffset From, DateTimeOffset To, DateTimeOffset CreatedAt, long Rows, long LabelledRows);
