namespace MLOps.Data;

/// <summary>Some file names for the message of a NotFound.</summary>
static class FileNames
{
    private const int Shown = 10;

    public static string Some(IReadOnlyCollection<string> paths) => paths.Count == 0
        ? "It has no files."
        : $"It has {string.Join(", ", paths.Take(Shown).Select(p => $"'{Name.Shown(p)}'"))}{(paths.Count > Shown ? $" and {paths.Count - Shown} more" : "")}.";
}
