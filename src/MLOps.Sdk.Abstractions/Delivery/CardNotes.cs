namespace MLOps.Delivery;

/// <summary>What people say about a model, because no record can: each text at most 4,000 characters, null when nobody has said it.</summary>
public sealed record CardNotes
{
    /// <summary>What it is for, and for whom.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>What it is not for.</summary>
    public string? OutOfScope { get; init; }

    /// <summary>Where it is known to be weak.</summary>
    public string? Limits { get; init; }

    /// <summary>Whom it may harm, and what was done about it.</summary>
    public string? Ethics { get; init; }

    /// <summary>Who answers for it.</summary>
    public string? Owner { get; init; }

    /// <summary>Under which terms it may be used.</summary>
    public string? Licence { get; init; }
}
