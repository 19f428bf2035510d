namespace MLOps.Cli.Output;

/// <summary>A piece of text and how a terminal shows it.</summary>
/// <param name="Text">As it is in the store; the screen makes it harmless.</param>
/// <param name="Style"><c>bold</c>, <c>red</c>, <c>green</c>, <c>yellow</c>, <c>blue</c> or <c>grey</c>; null for none.</param>
internal readonly record struct Cell(string Text, string? Style = null)
{
    public static implicit operator Cell(string? text) => new(text ?? "");

    /// <summary>Faint: there when looked for.</summary>
    public static Cell Faint(string text) => new(text, "grey");
}
