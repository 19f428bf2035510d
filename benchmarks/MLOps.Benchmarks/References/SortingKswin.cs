using MLOps.Statistics;

namespace MLOps.Benchmarks.References;

/// <summary>KSWIN as it is usually written: at each value both parts of the window are copied and sorted, and the test is made from scratch with its p-value.</summary>
internal sealed class SortingKswin(double alpha, int windowSize, int statSize) : IStreamDetector
{
    private readonly Queue<double> _window = new(windowSize);

    public DetectorState State { get; private set; }

    public DetectorState Update(double value)
    {
        if (State.Drift) Reset();
        if (_window.Count == windowSize) _window.Dequeue();
        _window.Enqueue(value);
        if (_window.Count < windowSize) return State;
        var all = _window.ToArray();
        var test = TwoSample.KolmogorovSmirnov(all.AsSpan(..^statSize), all.AsSpan(^statSize..));
        return State = new(test.PValue <= alpha && test.Statistic > 0.1, false);
    }

    public void Reset()
    {
        _window.Clear();
        State = default;
    }
}
