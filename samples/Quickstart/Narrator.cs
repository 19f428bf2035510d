using System.Globalization;

namespace Quickstart;

/// <summary>Tells the story on the console. Plain text: it reads the same in a terminal, a log and a pipe.</summary>
internal sealed class Narrator(TextWriter output)
{
    private int _chapter;

    public void Title(string text)
    {
        output.WriteLine();
        output.WriteLine(text);
        output.WriteLine(new string('=', text.Length));
    }

    public void Chapter(string text)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{++_chapter}. {text}"));
    }

    public void Say(FormattableString text) => output.WriteLine("   " + text.ToString(CultureInfo.InvariantCulture));

    public void Last(FormattableString text)
    {
        output.WriteLine();
        output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }
}
