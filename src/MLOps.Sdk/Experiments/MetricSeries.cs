namespace MLOps.Experiments;

/// <summary>A metric of a run while it is written: its place in its stream and its summary, folded point by point. Not thread-safe.</summary>
sealed class MetricSeries
{
    private double _last;
    private long _lastStep;
    private double _min = double.NaN;
    private double _max = double.NaN;
    private double _mean = double.NaN;
    private long _count;
    private long _nans;

    public MetricSeries(string name, MetricSummary? known)
    {
        // An own copy of the text: a handle is recognised by it, see MetricHandles.
        Name = new string(name.AsSpan());
        if (known is null) return;
        (_last, _lastStep, _min, _max, _mean, _count, _nans, Next) = (known.Last, known.LastStep, known.Min, known.Max, known.Mean, known.Count, known.NaNCount, known.Position);
    }

    public string Name { get; }

    /// <summary>The position of the next block, up to which the summary covers the stream.</summary>
    public long Next { get; private set; }

    /// <summary>Where the blocks begin that were written since the series was last looked at for small ones.</summary>
    public long Looked { get; private set; }

    /// <summary>The series was looked at, and perhaps written anew.</summary>
    public void Look() => Looked = Next;

    public void Fold(ReadOnlySpan<LoggedPoint> points, long next)
    {
        foreach (ref readonly var point in points) Fold(point.Value, point.Step);
        Next = next;
    }

    public void Fold(MetricColumns points, long next)
    {
        for (var i = 0; i < points.Count; i++) Fold(points.Values[i], points.Steps[i]);
        Next = next;
    }

    public MetricSummary Summary() => new() { Last = _last, LastStep = _lastStep, Min = _min, Max = _max, Mean = _mean, Count = _count, NaNCount = _nans, Position = Next };

    private void Fold(double value, long step)
    {
        (_last, _lastStep) = (value, step);
        _count++;
        if (double.IsNaN(value))
        {
            _nans++;
            return;
        }

        // Welford's step: nothing overflows, and the mean of a long series keeps its digits. An infinity stays one.
        var numbers = _count - _nans;
        if (numbers == 1) _mean = value;
        else if (double.IsFinite(value) && double.IsFinite(_mean)) _mean += value / numbers - _mean / numbers;
        else _mean += value;
        _min = double.IsNaN(_min) ? value : Math.Min(_min, value);
        _max = double.IsNaN(_max) ? value : Math.Max(_max, value);
    }
}
