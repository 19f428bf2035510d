namespace MLOps.Serving;

/// <summary>The usual time between arrivals: a moving average in which each gap weighs one tenth. Not thread-safe.</summary>
internal struct ArrivalGap
{
    private const double Weight = 0.1;

    private double _last;
    private bool _seen;

    public ArrivalGap() => Seconds = double.PositiveInfinity;

    /// <summary>Infinite until two have arrived.</summary>
    public double Seconds { get; private set; }

    public void Arrived(double seconds)
    {
        if (_seen)
        {
            var gap = Math.Max(0, seconds - _last);
            Seconds = double.IsPositiveInfinity(Seconds) ? gap : Seconds + (Weight * (gap - Seconds));
        }

        (_last, _seen) = (seconds, true);
    }
}
