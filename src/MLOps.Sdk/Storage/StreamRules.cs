using System.Globalization;

namespace MLOps.Storage;

/// <summary>What every stream store checks before any I/O.</summary>
internal static class StreamRules
{
    public const int MaxBlocks = 10_000;
    public const int MaxBlockBytes = 16 * 1024 * 1024;

    /// <summary>Checks an append: names, sizes, and that each stream's blocks stand at consecutive positions.</summary>
    /// <exception cref="MLOpsInvalidException">A rule is broken; the message says which.</exception>
    public static void Require(IReadOnlyList<StreamAppend> appends)
    {
        ArgumentNullException.ThrowIfNull(appends);
        if (appends.Count > MaxBlocks)
            throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"An append has at most {MaxBlocks} blocks, this one has {appends.Count}."));
        var next = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var append in appends)
        {
            if (append is null) throw new MLOpsInvalidException("A block of an append is null.");
            StreamAppend.RequireName(append.Stream);
            RequirePosition(append.Position);
            if (append.Block.Length is < 1 or > MaxBlockBytes)
                throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"A block of the stream '{Name.Shown(append.Stream)}' has {append.Block.Length} bytes; 1 to {MaxBlockBytes} are allowed."));
            if (next.TryGetValue(append.Stream, out var expected) && append.Position != expected)
                throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"The blocks of the stream '{Name.Shown(append.Stream)}' in one append must be at consecutive positions: {expected} was due, {append.Position} was given."));
            next[append.Stream] = append.Position + 1;
        }
    }

    /// <summary>Checks a position and returns it.</summary>
    public static long RequirePosition(long position) => position is >= 0 and < long.MaxValue
        ? position
        : throw new MLOpsInvalidException(string.Create(CultureInfo.InvariantCulture, $"{position} is not a stream position: positions begin at 0."));

    /// <summary>Checks the beginning of a stream's name, which may be empty.</summary>
    public static string RequirePrefix(string? prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return FieldValue.RequireText(prefix, "stream prefix");
    }

    /// <summary>The error for a block that is neither next nor a replay.</summary>
    public static MLOpsConflictException Conflict(IReadOnlyList<(string Stream, long Position, long First, long Next)> failures)
    {
        var (stream, position, first, next) = failures[0];
        var found = position > next ? $"its next position is {next}"
            : position < first ? $"the blocks before {first} were truncated"
            : "another block stands there already";
        var more = failures.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" {failures.Count - 1} other streams failed too.") : string.Empty;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"Nothing was appended: a block was to be written to the stream '{Name.Shown(stream)}' at position {position}, but {found}. Somebody else writes this stream; read its end again and decide.{more}"),
            [.. failures.Select(f => f.Stream).Distinct(StringComparer.Ordinal)]);
    }
}
