namespace MLOps.Models;

/// <summary>Two versions side by side: what differs, and what both say of themselves. Who registered them and when stands in the versions.</summary>
public sealed record ModelComparison
{
    /// <summary>One version: usually the champion.</summary>
    public required ModelVersion Left { get; init; }

    /// <summary>The other: usually the candidate.</summary>
    public required ModelVersion Right { get; init; }

    /// <summary>True when both have the same content, byte for byte.</summary>
    public bool IsSameContent => Left.Digest == Right.Digest;

    /// <summary>Every metric of either, by name; NaN where a version does not have it.</summary>
    public required IReadOnlyList<MetricPair> Metrics { get; init; }

    /// <summary>Those metrics that tell of latency: named <c>latency</c> or beginning with it, in any segment of the name.</summary>
    public IReadOnlyList<MetricPair> Latency => [.. Metrics.Where(m => m.Name.Split('/').Any(s => s.StartsWith("latency", StringComparison.OrdinalIgnoreCase)))];

    /// <summary>The inputs and outputs that differ.</summary>
    public required IReadOnlyList<FieldPair> Signature { get; init; }

    /// <summary>The dataset versions that only the left was trained on.</summary>
    public required IReadOnlyList<string> OnlyLeftData { get; init; }

    /// <summary>The dataset versions that only the right was trained on.</summary>
    public required IReadOnlyList<string> OnlyRightData { get; init; }

    /// <summary>The files that differ.</summary>
    public required IReadOnlyList<FilePair> Files { get; init; }

    /// <summary>The length of all files of the left, in bytes, without attachments.</summary>
    public required long LeftSize { get; init; }

    /// <summary>The length of all files of the right, in bytes, without attachments.</summary>
    public required long RightSize { get; init; }

    /// <summary>Compares two versions, of one model or of two.</summary>
    public static ModelComparison Of(ModelVersion left, ModelVersion right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new()
        {
            Left = left,
            Right = right,
            Metrics = [.. left.Metrics.Keys.Union(right.Metrics.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(m => new MetricPair(m, left.Metrics.TryGetValue(m, out var l) ? l : double.NaN, right.Metrics.TryGetValue(m, out var r) ? r : double.NaN))],
            Signature = [.. FieldPair.Differences(false, left.Signature?.Inputs, right.Signature?.Inputs), .. FieldPair.Differences(true, left.Signature?.Outputs, right.Signature?.Outputs)],
            OnlyLeftData = [.. left.DatasetVersions.Except(right.DatasetVersions, StringComparer.Ordinal)],
            OnlyRightData = [.. right.DatasetVersions.Except(left.DatasetVersions, StringComparer.Ordinal)],
            Files = [.. from path in left.Files.Concat(right.Files).Select(f => f.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                        let l = left.Files.FirstOrDefault(f => f.Path == path)
                        let r = right.Files.FirstOrDefault(f => f.Path == path)
                        where l?.Digest != r?.Digest
                        select new FilePair(path, l, r)],
            LeftSize = left.Files.Sum(f => f.Length),
            RightSize = right.Files.Sum(f => f.Length),
        };
    }
}
