namespace MLOps.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Rank">How soon it makes room on a narrow terminal: the highest goes first, 0 never goes.</param>
internal readonly record struct Column(string Name, int Rank = 0)
{
    public static implicit operator Column(string name) => new(name);
}
