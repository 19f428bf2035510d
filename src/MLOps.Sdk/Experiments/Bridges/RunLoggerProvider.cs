using Microsoft.Extensions.Logging;

namespace MLOps.Experiments;

/// <summary>Log lines of a program on its run.</summary>
sealed class RunLoggerProvider(IRun run, LogLevel least, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new RunLogger(run, least, time, categoryName);

    public void Dispose()
    {
        // The run is not ours.
    }

    private sealed class RunLogger(IRun run, LogLevel least, TimeProvider time, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var message = formatter(state, exception);
            run.WriteLine(new RunLogLine(time.GetUtcNow(), logLevel.ToString(), category, exception is null ? message : $"{message}\n{exception}"));
        }
    }
}
