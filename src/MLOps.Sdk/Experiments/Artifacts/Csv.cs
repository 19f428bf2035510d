namespace MLOps.Experiments;

/// <summary>Comma-separated values (RFC 4180).</summary>
static class Csv
{
    /// <summary>A line with its end; fields are quoted where they must be.</summary>
    public static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static string Field(string text) => text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
