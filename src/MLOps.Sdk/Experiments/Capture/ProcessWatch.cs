using System.Diagnostics;

namespace MLOps.Experiments;

/// <summary>What the process uses while a run is open: as series at an interval, and as the run's cost at its end.</summary>
sealed class ProcessWatch : IDisposable
{
    /// <summary>How the names of these series begin.</summary>
    public const string Prefix = "process/";

    private readonly RunCaptureOptions _options;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly TimeSpan _cpuAtBegin;
    private ITimer? _timer;
    private TimeSpan _cpu;
    private TimeSpan _pause;
    private long _last;
    private long _step;

    public ProcessWatch(RunCaptureOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _began = _last = time.GetTimestamp();
        _cpuAtBegin = _cpu = options.Cost || options.Process ? Cpu() : TimeSpan.Zero;
        _pause = options.Process ? GC.GetTotalPauseDuration() : TimeSpan.Zero;
    }

    /// <summary>Begins to log; <paramref name="log"/> takes a metric's name, a value and a step.</summary>
    public void Begin(Action<string, double, long> log)
    {
        if (_options.Process) _timer = _time.CreateTimer(_ => Look(log), null, _options.ProcessInterval, _options.ProcessInterval);
    }

    /// <summary>What was used since the beginning; null when it is not wanted.</summary>
    public RunCost? Cost()
    {
        if (!_options.Cost) return null;
        using var process = Process.GetCurrentProcess();
        return new RunCost((Cpu() - _cpuAtBegin).TotalHours, Math.Max(process.PeakWorkingSet64, process.WorkingSet64)) { Price = _options.PricePerHour * _time.GetElapsedTime(_began).TotalHours };
    }

    public void Dispose() => _timer?.Dispose();

    private void Look(Action<string, double, long> log)
    {
        try
        {
            var (now, cpu, pause) = (_time.GetTimestamp(), Cpu(), GC.GetTotalPauseDuration());
            var seconds = _time.GetElapsedTime(_last, now).TotalSeconds;
            if (seconds <= 0) return;
            log(Prefix + "cpu", (cpu - _cpu).TotalSeconds / seconds, _step);
            log(Prefix + "memory", Environment.WorkingSet, _step);
            log(Prefix + "gc-heap", GC.GetGCMemoryInfo().HeapSizeBytes, _step);
            log(Prefix + "gc-pause", 100 * (pause - _pause).TotalSeconds / seconds, _step);
            (_last, _cpu, _pause, _step) = (now, cpu, pause, _step + 1);
        }
#pragma warning disable CA1031 // What a run uses is worth knowing, but no run fails of it; here it would end the process.
        catch (Exception)
#pragma warning restore CA1031
        {
            // The run ended meanwhile, or its metrics cannot be written, which its owner is told.
        }
    }

    private static TimeSpan Cpu()
    {
        if (!OperatingSystem.IsIOS() && !OperatingSystem.IsTvOS() && !OperatingSystem.IsBrowser()) return Environment.CpuUsage.TotalTime;
        return TimeSpan.Zero;
    }
}
