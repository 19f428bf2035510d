using Microsoft.Extensions.Logging;

namespace MLOps.Experiments;

/// <summary>Brings what a program already tells to its run: measurements, log lines, spans.</summary>
public static class RunBridges
{
    /// <summary>The span attribute that names a span's run.</summary>
    public const string RunAttribute = "mlops.run.id";

    /// <summary>
    /// Logs what meters measure as metrics <c>meter/instrument</c>, with an instrument's tags behind it: counters by their sum since the bridge began, gauges by their last value, histograms
    /// by the mean of the interval and, as <c>….count</c>, the number of their values. At most 500 series; what fails is left out.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="meters">The names of the meters.</param>
    /// <param name="interval">How often; every 10 seconds when null, and once at the end.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <returns>Ends the bridge; end it before the run, so that the last interval counts.</returns>
    public static IDisposable RecordMeters(this IRun run, IReadOnlyCollection<string> meters, TimeSpan? interval = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(meters);
        if (interval is { } given && given < TimeSpan.FromMilliseconds(10)) throw new MLOpsInvalidException($"The interval {given} is shorter than 10 milliseconds.");
        return new MeterBridge(run, meters, interval ?? TimeSpan.FromSeconds(10), time ?? TimeProvider.System);
    }

    /// <summary>
    /// Marks every span of these sources with the attribute <see cref="RunAttribute"/>, so that a trace leads to the run, and makes the sources produce spans. The other way, the trace of a span is
    /// written to the run's log once.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="sources">The names of the activity sources.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <returns>Ends the bridge.</returns>
    public static IDisposable LinkActivities(this IRun run, IReadOnlyCollection<string> sources, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(sources);
        return new ActivityBridge(run, sources, time ?? TimeProvider.System);
    }

    /// <summary>A logger provider whose lines go to the run's log: <c>builder.AddProvider(run.LoggerProvider())</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="least">The least level that is kept.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public static ILoggerProvider LoggerProvider(this IRun run, LogLevel least = LogLevel.Information, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new RunLoggerProvider(run, least, time ?? TimeProvider.System);
    }
}
