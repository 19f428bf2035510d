namespace MLOps.Experiments;

/// <summary>The metrics of one run and their handles. Thread-safe; looking a handle up takes no lock.</summary>
sealed class MetricHandles(IReadOnlyDictionary<string, MetricSummary> known)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private volatile MetricSeries[] _series = [];

    public IReadOnlyList<MetricSeries> All => _series;

    public MetricHandle Of(string name)
    {
        lock (_gate)
        {
            if (!_indexes.TryGetValue(name, out var index))
            {
                index = _series.Length;
                _series = [.. _series, new MetricSeries(name, known.GetValueOrDefault(name))];
                _indexes.Add(name, index);
            }

            return new MetricHandle(_series[index].Name, index);
        }
    }

    /// <summary>Refuses a handle of another run. Each run has its own copy of a metric's name, so the very same text object proves where a handle comes from.</summary>
    public void Require(MetricHandle handle)
    {
        var series = _series;
        if ((uint)handle.Index >= (uint)series.Length || !ReferenceEquals(series[handle.Index].Name, handle.Name))
            throw new MLOpsInvalidException($"The handle of metric '{Name.Shown(handle.Name)}' is not of this run. Get it from Metric of the run that logs.");
    }
}
