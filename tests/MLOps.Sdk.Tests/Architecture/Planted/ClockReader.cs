#pragma warning disable CA1812, CA1822 // Never run: read as compiled code by BannedCallTests.
using System.Diagnostics;

namespace Planted;

internal sealed class ClockReader
{
    public DateTime UtcNow() => DateTime.UtcNow;

    public Func<DateTimeOffset> InLambda() => () => DateTimeOffset.Now;

    public Stopwatch Watch() => Stopwatch.StartNew();

    public async Task DelayAsync()
    {
        await Task.Delay(5);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
    }

    public void Block() => Thread.Sleep(1);

    public Func<DateTime> Today() => () => DateTime.Today;
}
