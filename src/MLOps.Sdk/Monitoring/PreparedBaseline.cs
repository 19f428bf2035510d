using System.Collections.Concurrent;

namespace MLOps.Monitoring;

/// <summary>A baseline with what is learned from it once and asked in every window. Thread-safe.</summary>
internal sealed class PreparedBaseline(Baseline baseline)
{
    private readonly ConcurrentDictionary<int, Lazy<ConceptDrift?>> _concepts = [];
    private readonly ConcurrentDictionary<string, Lazy<LossTrees?>> _losses = new(StringComparer.Ordinal);

    public Baseline Baseline { get; } = baseline;

    public ConceptDrift? Concept(int runLength) => _concepts.GetOrAdd(runLength, length => new(() => ConceptDrift.Of(Baseline, length))).Value;

    /// <summary>What learned the errors from some of the columns.</summary>
    public LossTrees? Losses(FeatureProfile[] features) => _losses.GetOrAdd(string.Join('\n', features.Select(f => f.Name)), _ => new(() => LossTrees.Fit(Baseline, features))).Value;
}
