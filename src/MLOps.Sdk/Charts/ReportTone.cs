namespace MLOps.Charts;

/// <summary>What a verdict, a number or a cell means for the reader. Shown as a colour and as a sign, never as a colour alone.</summary>
public enum ReportTone
{
    /// <summary>A fact without judgement.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Warning,

    /// <summary>Needs action.</summary>
    Bad,
}
