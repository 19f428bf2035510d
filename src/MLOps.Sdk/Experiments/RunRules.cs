using System.Text;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>What may be written on a run.</summary>
static class RunRules
{
    private const int MaxValueBytes = 8000;
    private const int MaxNameBytes = 400;
    private const int MaxReason = 4000;

    public static string RequireId(string? runId)
    {
        if (runId is not { Length: 32 } || runId.Any(c => !char.IsAsciiHexDigitLower(c)))
            throw new MLOpsInvalidException($"'{Name.Shown(runId)}' is not a run id: 32 lower-case hexadecimal characters.");
        return runId;
    }

    /// <summary>The name of a param, tag or metric: short enough to be part of a field's and a stream's name.</summary>
    public static string RequireName(string? name, string what)
    {
        Name.RequirePath(name, what);
        return Encoding.UTF8.GetByteCount(name!) <= MaxNameBytes
            ? name!
            : throw new MLOpsInvalidException($"'{Name.Shown(name)}' is not a valid {what}: it is longer than {MaxNameBytes} bytes of UTF-8.");
    }

    public static void RequireValues(IReadOnlyDictionary<string, string> values, string what)
    {
        foreach (var (name, value) in values)
        {
            RequireName(name, $"{what} name");
            RequireValue(name, value, what);
        }
    }

    public static void RequireValue(string name, string value, string what)
    {
        if (value is null) throw new MLOpsInvalidException($"The {what} '{name}' has no value.");
        if (value.Length > MaxValueBytes || Encoding.UTF8.GetByteCount(value) > MaxValueBytes)
            throw new MLOpsInvalidException($"The value '{Name.Shown(value)}' of {what} '{name}' is longer than {MaxValueBytes} bytes of UTF-8. Log it as an artifact.");
        FieldValue.RequireText(value, $"value of {what} '{name}'");
    }

    public static void RequireReason(string? reason)
    {
        if (reason is null) return;
        if (reason.Length > MaxReason) throw new MLOpsInvalidException($"The reason has {reason.Length} characters; at most {MaxReason} are allowed.");
        FieldValue.RequireText(reason, "reason");
    }

    /// <summary>Adds params to those there are.</summary>
    /// <exception cref="MLOpsConflictException">One of them has another value.</exception>
    public static Run WithParams(Run run, IReadOnlyDictionary<string, string> values)
    {
        var added = new Dictionary<string, string>(run.Params, StringComparer.Ordinal);
        foreach (var (name, value) in values)
            if (!added.TryAdd(name, value) && added[name] != value)
                throw new MLOpsConflictException($"The param '{name}' of run {run.Id} is '{Name.Shown(added[name])}' and cannot become '{Name.Shown(value)}': a param is a fact about what ran. Use a tag for what changes.", [$"runs/{run.Id}"]);
        return added.Count == run.Params.Count ? run : run with { Params = added };
    }

    /// <summary>Sets tags, and removes those whose value is null; gives the same run back when nothing changes.</summary>
    public static Run WithTags(Run run, IReadOnlyDictionary<string, string?> values)
    {
        if (values.All(v => run.Tags.GetValueOrDefault(v.Key) == v.Value)) return run;
        var tags = new Dictionary<string, string>(run.Tags, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (value is null) tags.Remove(name);
            else tags[name] = value;
        }

        return run with { Tags = tags };
    }

    /// <summary>Adds an artifact in its place, unless its path is taken or it is null.</summary>
    public static Run WithArtifact(Run run, Artifact? artifact) => artifact is null || run.Artifacts.Any(a => a.Path == artifact.Path)
        ? run
        : run with { Artifacts = [.. run.Artifacts.Append(artifact).OrderBy(a => a.Path, StringComparer.Ordinal)] };
}
