namespace MLOps.Cli.Documents;

/// <summary>What was done to a run: deleted, purged, restored, exported.</summary>
internal sealed record RunDoneDocument(string Id, string Done, string? Path = null) : Document;
