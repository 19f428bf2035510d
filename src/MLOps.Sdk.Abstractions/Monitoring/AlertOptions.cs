namespace MLOps.Monitoring;

/// <summary>When a judgement becomes an alert, and when people are told of it.</summary>
public sealed record AlertOptions
{
    /// <summary>An alert opens when this many of the last <see cref="Of"/> windows show the finding; 2 by default, 1 to <see cref="Of"/>. A fault of the data opens one at once.</summary>
    public int Persist { get; init; } = 2;

    /// <summary>How many windows are looked back on; 3 by default, at most 20.</summary>
    public int Of { get; init; } = 3;

    /// <summary>An open alert is resolved after this many windows in a row without the finding; 3 by default, at least 1.</summary>
    public int Exit { get; init; } = 3;

    /// <summary>A window counts as without the finding only below this share of the threshold; 0.8 by default, above 0, at most 1.</summary>
    public double Hysteresis { get; init; } = 0.8;

    /// <summary>An alert that opens again within this time after it was resolved is the same incident, and nobody is told; 24 hours by default.</summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many alerts of a model people are told of within seven days; further ones are kept, and marked as held back. 10 by default, at least 1.</summary>
    public int MaximumPerWeek { get; init; } = 10;
}
