namespace MLOps.Testing;

/// <summary>What goes wrong with a call.</summary>
public enum FaultKind
{
    /// <summary>It throws and does nothing: the connection was refused.</summary>
    FailBefore,

    /// <summary>It does its work and throws all the same: the connection broke before the answer came.</summary>
    FailAfter,

    /// <summary>It does its work after a pause: see <see cref="Fault.Delay"/>.</summary>
    Delay,

    /// <summary>It does a part of its work (see <see cref="Fault.Keep"/>) and throws. What that part is stands at each <see cref="StorageCall"/>; a call without parts fails before its work.</summary>
    Tear,

    /// <summary>It does its work twice and gives the second answer, as when a network sent a request again. An enumeration gives each item twice.</summary>
    Repeat,
}
