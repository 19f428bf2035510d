namespace MLOps.Storage;

/// <summary>A block to append.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Position">The position the block must get: the stream's next one, or an earlier one in a replay.</param>
/// <param name="Block">The bytes.</param>
public sealed record StreamAppend(string Stream, long Position, ReadOnlyMemory<byte> Block)
{
    /// <summary>Checks a stream's name and returns it.</summary>
    /// <exception cref="MLOpsInvalidException">The name breaks the rule.</exception>
    public static string RequireName(string? stream)
    {
        if (string.IsNullOrEmpty(stream)) throw new MLOpsInvalidException("A stream name is empty.");
        if (stream.Length > 512 || System.Text.Encoding.UTF8.GetByteCount(stream) > 512)
            throw new MLOpsInvalidException($"The stream name '{Name.Shown(stream)}' is longer than 512 bytes of UTF-8.");
        return FieldValue.RequireText(stream, "stream name");
    }
}
