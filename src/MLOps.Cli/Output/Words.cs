using System.Globalization;
using System.Text;

namespace MLOps.Cli.Output;

/// <summary>Values as words for people. Text from a store is hostile until it went through <see cref="Clean"/>.</summary>
internal static class Words
{
    /// <summary>Characters that turn the writing direction or end a line without being control characters.</summary>
    public static char[] DirectionTurners { get; } =
        ['\u061C', '\u200E', '\u200F', '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069', '\uFEFF'];

    /// <summary>
    /// Text that cannot act on a terminal: control characters, line ends, lone surrogates and characters that turn the writing
    /// direction are replaced, so that no name can move the cursor, forge a line or hide behind another.
    /// </summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t') clean.Append(' ');
            else if (rune.Value is '\r') continue;
            else if (Rune.IsControl(rune) || rune.IsBmp && DirectionTurners.Contains((char)rune.Value)) clean.Append('\uFFFD');
            else clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    public static string Bytes(long length) => length switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{length} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{length / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{length / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{length / 1e9:0.#} GB"),
    };

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalMilliseconds):0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h"),
    };

    public static string Lower<T>(T value) where T : struct, Enum
    {
        var name = value.ToString();
        return string.Concat(name[..1].ToLowerInvariant(), name.AsSpan(1));
    }
}
