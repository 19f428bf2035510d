using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MLOps.Storage;

/// <summary>What every record store checks before any I/O, so that all of them refuse the same commits with the same words.</summary>
internal static class CommitRules
{
    public const int MaxOperations = 10_000;
    public const int MaxFields = 10_000;
    public const int MaxFieldNameLength = 1000;
    public const int MaxDocumentBytes = 16 * 1024 * 1024;

    /// <summary>Checks everything that can be known without the store.</summary>
    /// <exception cref="MLOpsInvalidException">A rule is broken; the message says which.</exception>
    public static void Require(RecordCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (string.IsNullOrEmpty(commit.Actor) || commit.Actor.Length > 250)
            throw new MLOpsInvalidException($"The actor '{Name.Shown(commit.Actor)}' of a commit must have 1 to 250 characters.");
        FieldValue.RequireText(commit.Actor, "actor");
        if (commit.Reason is { } reason)
        {
            if (reason.Length > 4000) throw new MLOpsInvalidException($"The reason '{Name.Shown(reason)}' of a commit is longer than 4000 characters.");
            FieldValue.RequireText(reason, "reason");
        }

        if (commit.Operations is not { Count: >= 1 and <= MaxOperations })
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"A commit has 1 to {MaxOperations} operations, this one has {commit.Operations?.Count ?? 0}."));
        var seen = new HashSet<RecordKey>(commit.Operations.Count);
        foreach (var operation in commit.Operations)
        {
            if (operation is null) throw new MLOpsInvalidException("An operation of a commit is null.");
            if (!seen.Add(operation.Key.Require()))
                throw new MLOpsInvalidException($"The record '{Name.Shown(operation.Key.ToString())}' occurs twice in one commit. Join the two operations into one.");
            if (operation.Expected < 0)
                throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The expected version {operation.Expected} of '{Name.Shown(operation.Key.ToString())}' is negative: versions begin at 0."));
            switch (operation)
            {
                case RecordPut put:
                    RequireJson(put.Json.Span, put.Key);
                    RequireFields(put);
                    break;
                case RecordDelete or RecordCheck:
                    break;
                default:
                    throw new MLOpsInvalidException($"The operation {operation.GetType().Name} on '{Name.Shown(operation.Key.ToString())}' is not a put, a delete or a check.");
            }
        }
    }

    /// <summary>True when a record in this state meets an expectation. A deleted record meets both "absent" and the version of its deletion.</summary>
    /// <param name="expected">The expectation; null for any.</param>
    /// <param name="version">The record's version; 0 when it never existed.</param>
    /// <param name="deleted">Whether the record was deleted.</param>
    public static bool Holds(long? expected, long version, bool deleted) =>
        expected is null || expected == version || (deleted && expected == RecordOperation.Absent);

    /// <summary>The error for expectations that do not hold; the versions found count deletions.</summary>
    public static MLOpsConflictException Conflict(IReadOnlyList<(RecordKey Key, long Expected, long Version, bool Deleted)> failures)
    {
        var text = new StringBuilder("Nothing was written, because a record changed since it was read: ");
        for (var i = 0; i < failures.Count && i < 5; i++)
        {
            var (key, expected, version, deleted) = failures[i];
            if (i > 0) text.Append("; ");
            text.Append(CultureInfo.InvariantCulture, $"'{Name.Shown(key.ToString())}' was expected ");
            if (expected == RecordOperation.Absent) text.Append("to be absent");
            else text.Append(CultureInfo.InvariantCulture, $"at version {expected}");
            if (version == 0) text.Append(" and does not exist");
            else if (deleted) text.Append(CultureInfo.InvariantCulture, $" and was deleted at version {version}");
            else text.Append(CultureInfo.InvariantCulture, $" and is at version {version}");
        }

        if (failures.Count > 5) text.Append(CultureInfo.InvariantCulture, $"; and {failures.Count - 5} more");
        text.Append(". Read again and decide.");
        return new(text.ToString(), [.. failures.Select(f => f.Key.ToString())]);
    }

    /// <summary>Checks a field's name as it stands in a put.</summary>
    public static string RequireFieldName(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxFieldNameLength)
            throw new MLOpsInvalidException($"The field name '{Name.Shown(name)}' must have 1 to {MaxFieldNameLength} characters.");
        if (name[0] == '$') throw new MLOpsInvalidException($"The field name '{Name.Shown(name)}' begins with '$', which is kept for the store's own names.");
        return FieldValue.RequireText(name, "field name");
    }

    private static void RequireFields(RecordPut put)
    {
        if (put.Fields is null) throw new MLOpsInvalidException($"The fields of '{Name.Shown(put.Key.ToString())}' are null; leave them out or give an empty dictionary.");
        if (put.Fields.Count > MaxFields)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The record '{Name.Shown(put.Key.ToString())}' has {put.Fields.Count} indexed fields; at most {MaxFields} are allowed."));
        foreach (var (name, _) in put.Fields) RequireFieldName(name);
    }

    /// <summary>Checks that the bytes are exactly one JSON value that every store can keep.</summary>
    public static void RequireJson(ReadOnlySpan<byte> json, RecordKey key)
    {
        if (json.Length > MaxDocumentBytes)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The document of '{Name.Shown(key.ToString())}' has {json.Length} bytes; at most {MaxDocumentBytes} are allowed. Keep large content in the blob store."));
        if (!Utf8.IsValid(json)) throw Broken(key, "it is not valid UTF-8");
        // Depth is no danger to the reader, which keeps one bit per level.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && BrokenEscape(reader.ValueSpan) is { } rule)
                    throw Broken(key, rule);
            }
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"The document of '{Name.Shown(key.ToString())}' is not one JSON value: {e.Message}", e);
        }
    }

    private static string? BrokenEscape(ReadOnlySpan<byte> text)
    {
        for (var i = text.IndexOf((byte)'\\'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] != '\\') continue;
            if (text[++i] != 'u') continue;
            var unit = Unit(text, i + 1);
            i += 4;
            if (unit == 0) return "it holds \\u0000, which no store can keep";
            if (!char.IsSurrogate(unit)) continue;
            if (!char.IsHighSurrogate(unit) || i + 6 >= text.Length || text[i + 1] != '\\' || text[i + 2] != 'u' || !char.IsLowSurrogate(Unit(text, i + 3)))
                return "it holds a lone surrogate escape, which is not valid Unicode";
            i += 6;
        }

        return null;
    }

    private static char Unit(ReadOnlySpan<byte> text, int at) =>
        (char)ushort.Parse(text.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static MLOpsInvalidException Broken(RecordKey key, string rule) =>
        new($"The document of '{Name.Shown(key.ToString())}' cannot be kept: {rule}.");
}
