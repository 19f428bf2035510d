using System.Text.Json;
using System.Text.Unicode;

namespace MLOps.Storage;

/// <summary>The rules of <see cref="RecordCommit"/>, the same for every backend, checked before any I/O.</summary>
static class CommitRules
{
    internal const int MaxJsonBytes = 16 * 1024 * 1024;

    internal static void Require(RecordCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Actor is not { Length: >= 1 and <= 250 }) throw new MLOpsInvalidException($"The actor '{Name.Shown(commit.Actor)}' of a commit must have 1 to 250 characters.");
        FieldValue.RequireText(commit.Actor, "actor");
        if (commit.Reason is { Length: > 4000 }) throw new MLOpsInvalidException($"The reason of a commit has {commit.Reason.Length} characters; at most 4,000 are allowed.");
        if (commit.Reason is not null) FieldValue.RequireText(commit.Reason, "reason");
        if (commit.Operations is not { Count: >= 1 and <= 10_000 }) throw new MLOpsInvalidException($"A commit has 1 to 10,000 operations, this one has {commit.Operations?.Count ?? 0}.");
        var seen = new HashSet<RecordKey>();
        foreach (var operation in commit.Operations)
        {
            if (operation is not (RecordPut or RecordDelete or RecordCheck)) throw new MLOpsInvalidException("An operation of a commit is neither a put, nor a delete, nor a check.");
            operation.Key.Require();
            if (operation.Expected < 0) throw new MLOpsInvalidException($"The expected version {operation.Expected} of record '{Name.Shown(operation.Key.ToString())}' is negative.");
            if (!seen.Add(operation.Key)) throw new MLOpsInvalidException($"The record '{Name.Shown(operation.Key.ToString())}' stands twice in one commit: each operation must be on another record.");
            if (operation is RecordPut put) RequirePut(put);
        }
    }

    /// <summary>A name for an indexed field, or where <paramref name="query"/> is true also <c>$id</c>.</summary>
    internal static void RequireField(string? field, bool query)
    {
        if (query && field == RecordQuery.Id) return;
        if (field is not { Length: >= 1 and <= 1000 }) throw new MLOpsInvalidException($"The field name '{Name.Shown(field)}' must have 1 to 1,000 characters.");
        if (field[0] == '$') throw new MLOpsInvalidException($"The field name '{Name.Shown(field)}' begins with '$', which is reserved.");
        FieldValue.RequireText(field, "field name");
    }

    private static void RequirePut(RecordPut put)
    {
        if (put.Fields is not { Count: <= 10_000 }) throw new MLOpsInvalidException($"Record '{Name.Shown(put.Key.ToString())}' must have at most 10,000 indexed fields.");
        foreach (var field in put.Fields.Keys) RequireField(field, query: false);
        if (put.Json.Length > MaxJsonBytes) throw Broken(put, $"it has {put.Json.Length} bytes, and at most {MaxJsonBytes} are allowed");
        if (!Utf8.IsValid(put.Json.Span)) throw Broken(put, "it is not valid UTF-8");
        try
        {
            var reader = new Utf8JsonReader(put.Json.Span);
            while (reader.Read())
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && reader.GetString()!.Contains('\0'))
                    throw Broken(put, "it holds U+0000, which not every store can keep");
        }
        catch (JsonException error)
        {
            throw Broken(put, error.Message.TrimEnd('.'), error);
        }
        catch (InvalidOperationException error)
        {
            throw Broken(put, "it holds a lone surrogate", error);
        }
    }

    private static MLOpsInvalidException Broken(RecordPut put, string why, Exception? cause = null) =>
        new($"The document of record '{Name.Shown(put.Key.ToString())}' is not one valid JSON value: {why}.", cause);
}
