namespace MLOps.Cli.Documents;

internal sealed record RunLogDocument(string Run, IReadOnlyList<LogItem> Lines) : Document;

internal sealed record LogItem(DateTimeOffset Time, string Level, string Category, string Message);
