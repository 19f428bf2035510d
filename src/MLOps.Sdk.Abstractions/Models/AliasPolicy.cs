namespace MLOps.Models;

/// <summary>
/// What must hold before an alias of a model may move: gates that passed and people who approved, both for exactly the content that it would point to.
/// Checked inside the commit that moves the alias, whoever moves it and by whatever way.
/// </summary>
/// <remarks>Actors are claims, not authentications, unless the application's <see cref="IActorProvider"/> makes them more. They are compared without regard to case.</remarks>
public sealed record AliasPolicy
{
    /// <summary>The model: a plain name. It need not exist yet.</summary>
    public required string Model { get; init; }

    /// <summary>The alias: a plain name.</summary>
    public required string Alias { get; init; }

    /// <summary>The gates whose latest verdict on the content must be "passed"; at most 100. None by default.</summary>
    public IReadOnlyList<GateRequirement> Gates { get; init; } = [];

    /// <summary>How many different people must have approved; 0 to 100, 0 by default.</summary>
    public int Approvals { get; init; }

    /// <summary>Who may approve; anybody when empty, at most 1,000.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>Whether the approval of whoever registered the version counts; false by default.</summary>
    public bool AuthorMayApprove { get; init; }

    /// <summary>Who may change or remove this policy, at most 1,000; whoever sets it first when empty.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    /// <summary>Who may move or remove the alias against this policy, giving a reason; nobody when empty, at most 1,000.</summary>
    public IReadOnlyList<string> MayOverride { get; init; } = [];

    /// <summary>How many times it was set, from 1. Filled in by the registry.</summary>
    public long Revision { get; init; }

    /// <summary>Who set it last. Filled in by the registry.</summary>
    public string SetBy { get; init; } = "";

    /// <summary>When. Filled in by the registry.</summary>
    public DateTimeOffset SetAt { get; init; }
}
