using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using MLOps.Cli.Documents;
using Spectre.Console;

namespace MLOps.Cli.Output;

/// <summary>
/// Where results go: JSON for programs, tables and colours for a person at a terminal, plain aligned text, never cut and never
/// coloured, when the output is redirected. All text passes <see cref="Words.Clean"/>, and no text is read as markup.
/// </summary>
internal sealed class Screen
{
    private readonly Surroundings _surroundings;
    private readonly IAnsiConsole _console;

    public Screen(Surroundings surroundings, bool json)
    {
        (_surroundings, Json) = (surroundings, json);
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = surroundings.Color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = surroundings.Color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(surroundings.Out),
        });
        _console.Profile.Width = Math.Max(40, surroundings.Width);
        _console.Profile.Capabilities.Unicode = true;
    }

    /// <summary>Whether programs read the output.</summary>
    public bool Json { get; }

    /// <summary>Whether a person can be asked.</summary>
    public bool IsInteractive => _surroundings.IsInteractive;

    /// <summary>Whether a person reads the output on a terminal.</summary>
    public bool IsTerminal => _surroundings.IsTerminal;

    /// <summary>How long a line of prose may get: as wide as the terminal, or anything when redirected.</summary>
    public int LineWidth => IsTerminal ? Math.Max(40, _surroundings.Width) : int.MaxValue;

    /// <summary>The store's folder.</summary>
    public required string Store { get; init; }

    public DateTimeOffset Now => _surroundings.Time.GetUtcNow();

    public void Write<T>(T document, JsonTypeInfo<T> type) where T : Document => _surroundings.Out.WriteLine(CliJson.Text(document, type));

    public void Line(params ReadOnlySpan<Cell> cells)
    {
        foreach (var cell in cells) Put(cell);
        _surroundings.Out.WriteLine();
    }

    /// <summary>A title with an empty line above.</summary>
    public void Heading(string title)
    {
        _surroundings.Out.WriteLine();
        Line(new Cell(title, "bold"));
    }

    /// <summary>Names and values in two columns; those without a value are left out.</summary>
    public void Facts(params IEnumerable<(string Name, Cell Value)> facts)
    {
        var shown = facts.Where(f => f.Value.Text.Length > 0).ToList();
        var width = shown.Select(f => f.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, value) in shown) Line(Cell.Faint(name.PadRight(width + 2)), value);
    }

    public void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        if (_surroundings.IsTerminal) Drawn(columns, rows);
        else Aligned(columns, rows);
    }

    private void Drawn(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns) table.AddColumn(new TableColumn(new Text(Words.Clean(column), new Style(decoration: Decoration.Bold))));
        foreach (var row in rows) table.AddRow(row.Select(c => new Text(Words.Clean(c.Text), Style.Parse(c.Style ?? "default"))));
        _console.Write(table);
    }

    private void Aligned(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        var lines = new List<IReadOnlyList<string>> { columns.Select(c => Words.Clean(c).ToUpperInvariant()).ToList() };
        lines.AddRange(rows.Select(r => r.Select(c => Words.Clean(c.Text)).ToList()));
        var widths = columns.Select((_, i) => lines.Max(l => l[i].Length)).ToList();
        foreach (var line in lines)
            _surroundings.Out.WriteLine(string.Join("  ", line.Select((c, i) => c.PadRight(widths[i]))).TrimEnd());
    }

    private void Put(Cell cell)
    {
        // Not through the console, which would wrap at its width and so break paths and ids.
        var text = Words.Clean(cell.Text);
        var code = cell.Style switch { "bold" => 1, "red" => 31, "green" => 32, "yellow" => 33, "blue" => 34, "grey" => 90, _ => 0 };
        if (code == 0 || !_surroundings.Color) _surroundings.Out.Write(text);
        else _surroundings.Out.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{code}m{text}\e[0m"));
    }
}
