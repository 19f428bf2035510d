using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MLOps.Storage;

namespace MLOps.Experiments;

/// <summary>Where the lines of runs' logs live: one stream a run, <c>runs/id/log</c>; a block is lines of JSON.</summary>
sealed class RunLogs(IStreamStore streams)
{
    public static string Of(string runId) => $"runs/{runId}/log";

    /// <summary>Appends lines behind those that are there.</summary>
    public async ValueTask AppendAsync(string runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            using (var json = new Utf8JsonWriter(bytes)) JsonSerializer.Serialize(json, line, ExperimentsJson.Default.RunLogLine);
            bytes.Write("\n"u8);
        }

        while (true)
        {
            var next = (await streams.StatAsync(Of(runId), cancellationToken).ConfigureAwait(false))?.Next ?? 0;
            try
            {
                await streams.AppendAsync([new StreamAppend(Of(runId), next, bytes.WrittenMemory)], cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MLOpsConflictException)
            {
                // Another process that writes the run's log came first: these lines follow its own.
            }
        }
    }

    public async IAsyncEnumerable<RunLogLine> ReadAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = Of(runId);
        await foreach (var block in streams.ReadAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false))
            foreach (var line in Lines(block, stream)) yield return line;
    }

    private static List<RunLogLine> Lines(StreamBlock block, string stream)
    {
        var lines = new List<RunLogLine>();
        var rest = block.Bytes.Span;
        try
        {
            while (rest.Length > 0)
            {
                var end = rest.IndexOf((byte)'\n');
                if (end < 0) end = rest.Length - 1;
                lines.Add(JsonSerializer.Deserialize(rest[..(end + 1)], ExperimentsJson.Default.RunLogLine) ?? throw new JsonException("The line is null."));
                rest = rest[(end + 1)..];
            }
        }
        catch (JsonException error)
        {
            throw new MLOpsIntegrityException($"Block {block.Position} of the stream '{stream}' cannot be read: {error.Message} Restore the store from a backup.", stream, innerException: error);
        }

        return lines;
    }
}
