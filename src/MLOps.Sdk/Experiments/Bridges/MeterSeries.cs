using System.Diagnostics.Metrics;

namespace MLOps.Experiments;

/// <summary>One instrument with one set of tags, between two looks at it. Not thread-safe.</summary>
sealed class MeterSeries(MeterSeries.Kind kind)
{
    private double _sum;
    private long _count;

    /// <summary>What a measurement means.</summary>
    public enum Kind
    {
        /// <summary>A change of a sum.</summary>
        Sum,

        /// <summary>The value now.</summary>
        Last,

        /// <summary>One of many values.</summary>
        Values,
    }

    public static Kind KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "UpDownCounter" => Kind.Sum,
        "Histogram" => Kind.Values,
        _ => Kind.Last,
    };

    public void Add(double value)
    {
        _count++;
        _sum = kind == Kind.Last ? value : _sum + value;
    }

    public void Tell(string name, List<(string Name, double Value)> to)
    {
        if (_count == 0) return;
        to.Add((name, kind == Kind.Values ? _sum / _count : _sum));
        if (kind == Kind.Values) to.Add(($"{name}.count", _count));
        if (kind != Kind.Sum) (_sum, _count) = (0, 0);
    }
}
