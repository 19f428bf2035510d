namespace MLOps.Monitoring;

/// <summary>What a sensitive column must keep to. A bound is broken only when the whole interval lies beyond it.</summary>
/// <param name="Feature">The column, a category.</param>
public sealed record FairnessRequirement(string Feature)
{
    /// <summary>The largest difference of the groups' selection rates; 1 allows any.</summary>
    public double MaximumParityDifference { get; init; } = 1;

    /// <summary>The smallest ratio of the groups' selection rates; 0.8 by default (the four-fifths rule), 0 allows any.</summary>
    public double MinimumParityRatio { get; init; } = 0.8;

    /// <summary>The largest difference of the groups' true or false positive rates; 1, the default, allows any. Needs labels.</summary>
    public double MaximumOddsDifference { get; init; } = 1;

    /// <summary>The score from which a row counts as selected; 0.5 by default.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Groups with fewer rows are left out; 100 by default, at least 10.</summary>
    public int MinimumRows { get; init; } = 100;
}
