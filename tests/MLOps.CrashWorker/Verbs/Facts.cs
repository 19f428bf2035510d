namespace MLOps.CrashWorker.Verbs;

/// <summary>
/// Tells the parent what was acknowledged. A line is written in one piece and ends with a dot, so that one torn by the
/// kill is not taken for a fact.
/// </summary>
static class Facts
{
    private static readonly Lock s_turn = new();
    private static readonly Stream s_out = Console.OpenStandardOutput();

    public static void Say(FormattableString fact)
    {
        var line = System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant(fact) + " .\n");
        lock (s_turn)
        {
            s_out.Write(line);
            s_out.Flush();
        }
    }
}
