namespace MLOps.Experiments;

/// <summary>A word of a filter's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A word, an operator or a sign as written; a quoted text without its quotes.</param>
/// <param name="At">Where it begins, from 0.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct RunFilterToken(RunFilterTokenKind Kind, string Text, int At, int End)
{
    /// <summary>How it is named in an error.</summary>
    public override string ToString() => Kind switch
    {
        RunFilterTokenKind.End => "the end",
        RunFilterTokenKind.Text => $"the text '{Name.Shown(Text)}'",
        RunFilterTokenKind.Quoted => $"the quoted name \"{Name.Shown(Text)}\"",
        _ => $"'{Name.Shown(Text)}'",
    };

    public bool Is(string keyword) => Kind == RunFilterTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSign(string sign) => Kind == RunFilterTokenKind.Sign && Text == sign;
}
