using Microsoft.Extensions.Logging;

namespace MLOps.Experiments;

/// <summary>Gathers the lines of a run's log and writes them now and then. Thread-safe.</summary>
sealed partial class RunLogWriter(string runId, RunLogs logs, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Most = 10_000, LongestMessage = 16_000, LongestName = 1_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
#pragma warning disable CA2213 // A SemaphoreSlim whose wait handle is never asked for has nothing to dispose.
    private readonly SemaphoreSlim _writing = new(1);
#pragma warning restore CA2213
    private List<RunLogLine> _waiting = [];
    private ITimer? _timer;
    private bool _disposed;

    public void Add(RunLogLine line)
    {
        lock (_gate)
        {
            if (_disposed || _waiting.Count >= Most) return;
            _waiting.Add(new RunLogLine(line.Time.ToUniversalTime(), Fitted(line.Level, LongestName), Fitted(line.Category, LongestName), Fitted(line.Message, LongestMessage)));
            _timer ??= time.CreateTimer(static writer => ((RunLogWriter)writer!).Tick(), this, s_interval, s_interval);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            List<RunLogLine> lines;
            lock (_gate) (lines, _waiting) = (_waiting, []);
            if (lines.Count == 0) return;
            try
            {
                // Far from the largest block that a stream takes.
                foreach (var part in lines.Chunk(500)) await logs.AppendAsync(runId, part, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                lock (_gate) _waiting.InsertRange(0, lines);
                throw;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private async void Tick()
    {
        try
        {
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Lines that cannot be written are tried again; here it would end the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogNotWritten(logger, runId, error);
        }
    }

    private static string Fitted(string? text, int most)
    {
        text ??= "";
        if (text.Length > most) text = string.Concat(text.AsSpan(0, most), "…");
        // Replaced, not refused: a log line is written in the worst of moments.
        return Name.IndexOfLoneSurrogate(text) < 0 ? text : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Lines of the log of run {Run} could not be written; they are tried again.")]
    private static partial void LogNotWritten(ILogger logger, string run, Exception error);
}
