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

    /// <summary>Goes back so many lines and clears them, so that the next ones are written over them.</summary>
    /// <returns>False where lines stay once they are written: the output is redirected, or the terminal takes no codes.</returns>
    public bool Back(int lines)
    {
        if (!_surroundings.Color) return false;
        if (lines > 0) _surroundings.Out.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{lines}A\e[J"));
        return true;
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

    /// <summary>A table. On a terminal too narrow for it the columns of the highest rank make room, and a line says which; the first column, by which a row is named, is never broken.</summary>
    public void Table(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        if (_surroundings.IsTerminal) Drawn(columns, rows);
        else Aligned(columns, rows);
    }

    private void Drawn(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        var widths = columns.Select((c, i) => rows.Select(r => Words.Clean(r[i].Text).Length).Append(Words.Clean(c.Name).Length).Max() + 3).ToList();
        var shown = Enumerable.Range(0, columns.Count).ToList();
        while (shown.Sum(i => widths[i]) + 1 > LineWidth && shown.MaxBy(i => (columns[i].Rank, i)) is var next && columns[next].Rank > 0) shown.Remove(next);

        var fits = shown.Sum(i => widths[i]) + 1 <= LineWidth;
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var i in shown)
            table.AddColumn(new TableColumn(new Text(Words.Clean(columns[i].Name), new Style(decoration: Decoration.Bold))) { NoWrap = fits || i == 0 });
        foreach (var row in rows) table.AddRow(shown.Select(i => new Text(Words.Clean(row[i].Text), Style.Parse(row[i].Style ?? "default"))));
        _console.Write(table);
        if (shown.Count < columns.Count)
            Line(Cell.Faint($"No room for {string.Join(", ", columns.Where((_, i) => !shown.Contains(i)).Select(c => c.Name))}; --json has everything."));
    }

    private void Aligned(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        var lines = new List<IReadOnlyList<string>> { columns.Select(c => Words.Clean(c.Name).ToUpperInvariant()).ToList() };
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
