namespace MLOps.Statistics;

/// <summary>A mean that grows by one value at a time: mean += (value - mean) / n. The order of the operations is River's, so that thresholds are crossed at the same value.</summary>
internal struct RunningMean
{
    public double Count;
    public double Value;

    public void Add(double value)
    {
        Count++;
        Value += 1 / Count * (value - Value);
    }
}
