namespace MLOps.Cli.Documents;

internal sealed record VersionDocument(string Version, string Runtime, string Os) : Document;
