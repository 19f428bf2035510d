namespace MLOps.Cli;

/// <summary>Everything a command takes from the process it runs in, so that a test can give it another.</summary>
internal sealed record Surroundings
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether a person looks at <see cref="Out"/>.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether a person can be asked.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether a person looks at <see cref="Error"/>, so that a line there may be written over.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The terminal's width, in characters.</summary>
    public int Width { get; init; } = 120;

    public required string Directory { get; init; }

    public Func<string, string?> Environment { get; init; } = _ => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>See no-color.org: any value but the empty one counts.</summary>
    public bool Color => IsTerminal && string.IsNullOrEmpty(Environment("NO_COLOR")) && Environment("TERM") != "dumb";

    public static Surroundings OfProcess()
    {
        // A terminal that is no UTF-8 would show arrows and tree lines as question marks.
        try { Console.OutputEncoding = System.Text.Encoding.UTF8; } catch (IOException) { }
        return new Surroundings
        {
            Out = Console.Out,
            Error = Console.Error,
            IsTerminal = !Console.IsOutputRedirected,
            IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected,
            ShowsProgress = !Console.IsErrorRedirected,
            Width = TerminalWidth(),
            Directory = System.IO.Directory.GetCurrentDirectory(),
            Environment = System.Environment.GetEnvironmentVariable,
        };
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 120 : Console.WindowWidth;
        }
        catch (IOException)
        {
            return 120;
        }
    }
}
