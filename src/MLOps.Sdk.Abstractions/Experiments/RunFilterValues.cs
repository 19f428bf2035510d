namespace MLOps.Experiments;

/// <summary>What a field compares with.</summary>
internal enum RunFilterValues
{
    /// <summary>Numbers.</summary>
    Numbers,

    /// <summary>Texts.</summary>
    Texts,

    /// <summary>Numbers by value, texts by their letters.</summary>
    Any,

    /// <summary>Moments.</summary>
    Times,

    /// <summary>The names of <see cref="RunStatus"/>.</summary>
    Statuses,
}
