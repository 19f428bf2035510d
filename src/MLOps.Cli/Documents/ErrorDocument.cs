namespace MLOps.Cli.Documents;

internal sealed record ErrorDocument(ErrorItem Error) : Document;

internal sealed record ErrorItem(string Code, string Message);
