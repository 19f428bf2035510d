namespace MLOps.Experiments;

/// <summary>The kinds of <see cref="RunFilterToken"/>.</summary>
internal enum RunFilterTokenKind
{
    /// <summary>A field, a keyword or a number.</summary>
    Word,

    /// <summary>Text in single quotes.</summary>
    Text,

    /// <summary>Text in double quotes or backticks: a name or a value.</summary>
    Quoted,

    /// <summary>An operator, a parenthesis or a comma.</summary>
    Sign,

    /// <summary>Nothing more.</summary>
    End,
}
