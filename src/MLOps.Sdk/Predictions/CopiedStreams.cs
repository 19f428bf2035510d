using System.Globalization;
using MLOps.Storage;

namespace MLOps.Predictions;

/// <summary>
/// Streams are append-only, and yet single rows must be erasable: what is left of a stream's first blocks is written to a copy whose name says which blocks it stands for, and these are truncated.
/// As soon as the copy is there the blocks that it stands for are passed over, so that a crash between the two leaves no row twice.
/// </summary>
internal static class CopiedStreams
{
    public static string NameOf(string stream, long first, long last) => string.Create(CultureInfo.InvariantCulture, $"{stream}~{first:x}-{last:x}");

    /// <summary>The streams of a prefix, each with the first position that no copy stands for.</summary>
    public static async ValueTask<List<(StreamInfo Info, long From)>> ListAsync(IStreamStore streams, string prefix, CancellationToken cancellationToken)
    {
        var all = new List<StreamInfo>();
        var stood = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var info in streams.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            all.Add(info);
            if (info.Name.LastIndexOf('~') is var at and > 0
                && info.Name.IndexOf('-', at) is var dash and > 0
                && long.TryParse(info.Name.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var last))
                stood[info.Name[..at]] = Math.Max(stood.GetValueOrDefault(info.Name[..at], -1), last);
        }

        return [.. all.Select(info => (info, Math.Max(info.First, stood.GetValueOrDefault(info.Name, -1) + 1)))];
    }
}
