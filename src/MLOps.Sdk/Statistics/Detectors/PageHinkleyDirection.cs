namespace MLOps.Statistics;

/// <summary>Which changes of the mean <see cref="PageHinkley"/> looks for.</summary>
public enum PageHinkleyDirection
{
    /// <summary>Rises and falls.</summary>
    Both,

    /// <summary>Rises only: errors, losses.</summary>
    Up,

    /// <summary>Falls only: accuracies, scores.</summary>
    Down,
}
