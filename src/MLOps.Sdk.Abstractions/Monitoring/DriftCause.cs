namespace MLOps.Monitoring;

/// <summary>What most likely happened to a column that moved.</summary>
public enum DriftCause
{
    /// <summary>Nothing that has a name.</summary>
    None,

    /// <summary>Values are missing that were there: a fault of the data.</summary>
    Nulls,

    /// <summary>The column became one value: a fault of the data.</summary>
    Constant,

    /// <summary>The same shape at another scale, such as miles for kilometres or cents for euros: a fault of the data.</summary>
    UnitChange,

    /// <summary>Categories came that the baseline does not have.</summary>
    NewCategory,

    /// <summary>Many values lie exactly at one end of the range.</summary>
    Clipping,

    /// <summary>The values spread more or less than before around the same middle.</summary>
    Spread,

    /// <summary>The values moved up or down.</summary>
    Shift,

    /// <summary>Categories became more or less frequent.</summary>
    Mix,
}
