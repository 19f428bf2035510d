using System.Globalization;
using MLOps.Storage;

namespace MLOps.Cli.Output;

/// <summary>One line on the error stream that is written over as work goes on, for a person at a terminal; nothing for anybody else.</summary>
internal sealed class ProgressLine(Surroundings surroundings) : IProgress<StoreProgress>, IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    private readonly Lock _turn = new();
    private long _last;
    private int _width;
    private string _phase = "";

    public void Report(StoreProgress value)
    {
        if (!surroundings.ShowsProgress) return;
        lock (_turn)
        {
            var ends = value.Total > 0 && value.Done >= value.Total;
            if (_phase == value.Phase && !ends && _width > 0 && surroundings.Time.GetElapsedTime(_last) < Often) return;
            (_last, _phase) = (surroundings.Time.GetTimestamp(), value.Phase);
            Write(Text(value));
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            if (_width > 0) surroundings.Error.Write($"\r{new string(' ', _width)}\r");
        }
    }

    private static string Text(StoreProgress value)
    {
        var done = value.Phase == "blobs" ? Words.Bytes(value.Done) : value.Done.ToString("N0", CultureInfo.InvariantCulture);
        if (value.Total <= 0) return $"{value.Phase,-10} {done}";
        var share = Math.Clamp((double)value.Done / value.Total, 0, 1);
        var filled = (int)(share * 30);
        var total = value.Phase == "blobs" ? Words.Bytes(value.Total) : value.Total.ToString("N0", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{value.Phase,-10} [{new string('#', filled)}{new string('.', 30 - filled)}] {share * 100,3:0} %  {done} of {total}");
    }

    private void Write(string text)
    {
        if (text.Length >= surroundings.Width) text = text[..(surroundings.Width - 1)];
        surroundings.Error.Write($"\r{text.PadRight(_width)}");
        _width = text.Length;
    }
}
