namespace MLOps.Serving;

/// <summary>
/// The cost of a call of n rows as fixed + n * each, by least squares with forgetting: an observation k calls old weighs 0.97^k, so that
/// about the last hundred count. O(1) for each observation. Not thread-safe.
/// </summary>
internal sealed class LatencyFit
{
    private const double Forgetting = 0.97;

    private double _weight, _rows, _seconds, _rowsRows, _rowsSeconds;

    /// <summary>Seconds that a call costs whatever its rows; 0 until calls of different sizes were seen.</summary>
    public double Fixed { get; private set; }

    /// <summary>Seconds for each row.</summary>
    public double Each { get; private set; }

    public void Add(int rows, double seconds)
    {
        _weight = (_weight * Forgetting) + 1;
        _rows = (_rows * Forgetting) + rows;
        _seconds = (_seconds * Forgetting) + seconds;
        _rowsRows = (_rowsRows * Forgetting) + ((double)rows * rows);
        _rowsSeconds = (_rowsSeconds * Forgetting) + (rows * seconds);

        var spread = (_weight * _rowsRows) - (_rows * _rows);
        // Calls of one size say nothing about how the cost divides: what they cost is taken as growing with the rows, which never waits.
        var each = spread > 1e-9 * _weight * _rowsRows ? ((_weight * _rowsSeconds) - (_rows * _seconds)) / spread : _seconds / _rows;
        Each = Math.Clamp(each, 0, _seconds / _rows);
        Fixed = Math.Max(0, (_seconds - (Each * _rows)) / _weight);
    }

    /// <summary>Another version has its own cost.</summary>
    public void Reset() => (_weight, _rows, _seconds, _rowsRows, _rowsSeconds, Fixed, Each) = (0, 0, 0, 0, 0, 0, 0);
}
