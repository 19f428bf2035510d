using System.Diagnostics.Metrics;
using System.Text;

namespace MLOps.Experiments;

/// <summary>Measurements as metrics.</summary>
sealed class MeterBridge : IDisposable
{
    private const int MostSeries = 500, LongestName = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, MeterSeries> _series = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();
    private readonly IRun _run;
    private readonly ITimer _timer;
    private long _step;
    private bool _disposed;

    public MeterBridge(IRun run, IReadOnlyCollection<string> meters, TimeSpan interval, TimeProvider time)
    {
        _run = run;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter.Name, StringComparer.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, _) => Take(instrument, (double)value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        _timer = time.CreateTimer(static bridge => ((MeterBridge)bridge!).Tell(), this, interval, interval);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }

        _timer.Dispose();
        Tell();
        _listener.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = NameOf(instrument, tags);
        lock (_gate)
        {
            if (!_series.TryGetValue(name, out var series))
            {
                if (_series.Count >= MostSeries) return;
                _series.Add(name, series = new MeterSeries(MeterSeries.KindOf(instrument)));
            }

            series.Add(value);
        }
    }

    private void Tell()
    {
        try
        {
            _listener.RecordObservableInstruments();
            List<(string Name, double Value)> values = [];
            long step;
            lock (_gate)
            {
                step = _step++;
                foreach (var (name, series) in _series) series.Tell(name, values);
            }

            foreach (var (name, value) in values) _run.Log(_run.Metric(name), value, step);
        }
#pragma warning disable CA1031 // A bridge never fails the run; on a timer it would end the process.
        catch (Exception)
#pragma warning restore CA1031
        {
            // An instrument threw, or the run ended meanwhile.
        }
    }

    private static string NameOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = new StringBuilder("meter/").Append(Fitted(instrument.Name));
        foreach (var (key, value) in tags) name.Append('/').Append(Fitted($"{key}={value}"));
        return name.Length <= LongestName ? name.ToString() : name.ToString(0, LongestName).TrimEnd('/', ' ');
    }

    /// <summary>A text as one part of a metric's name.</summary>
    private static string Fitted(string text)
    {
        var fitted = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormC).EnumerateRunes()) fitted.Append(Rune.IsControl(rune) || rune.Value is '/' or '\\' or 0xFFFD ? "_" : rune.ToString());
        var part = fitted.ToString().Trim();
        return part is "" or "." or ".." ? "_" : part;
    }
}
