namespace MLOps.Delivery;

/// <summary>How a version is to be brought to users. It never changes once the deployment began.</summary>
public sealed record DeploymentSpec
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The candidate: a version of the model.</summary>
    public required int Number { get; init; }

    /// <summary>The alias that points to the champion, and to the candidate in the end; <c>champion</c> by default.</summary>
    public string Alias { get; init; } = "champion";

    /// <summary>
    /// The gates that must let it pass, by name: those declared with <c>AddGate</c> are asked by the controller; of one that is not declared there, the latest
    /// verdict on exactly this content counts, as a build server leaves it. Null, the default, for all that are declared for the model.
    /// </summary>
    public IReadOnlyList<string>? Gates { get; init; }

    /// <summary>Of how many requests the candidate must have answered a copy before any user sees it; 1,000 by default. 0 leaves the shadow out.</summary>
    public long ShadowRequests { get; init; } = 1_000;

    /// <summary>Of which share of the requests it gets a copy; above 0, at most 1, the default.</summary>
    public double ShadowShare { get; init; } = 1;

    /// <summary>
    /// The shares of traffic it answers, step by step: each above 0, below 1 and larger than the one before; 5, 25 and 50 % by default. None is blue and green:
    /// judged in the shadow, then every host changes over in one commit.
    /// </summary>
    public IReadOnlyList<double> Canary { get; init; } = [0.05, 0.25, 0.5];

    /// <summary>How many requests each of the two must have answered in a step before the next; at least 1, 200 by default. Without traffic nothing is promoted.</summary>
    public long MinimumRequests { get; init; } = 200;

    /// <summary>How long a step lasts at least; 5 minutes by default.</summary>
    public TimeSpan MinimumStep { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it keeps its last share before it is promoted; 1 hour by default.</summary>
    public TimeSpan Bake { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a step may last before <see cref="OnDeadline"/>; 1 day by default. Baking has <see cref="Bake"/> beside it, and waiting for approval has no end.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What becomes of it when its patience is over; it waits for a person by default.</summary>
    public DeadlineAction OnDeadline { get; init; }

    /// <summary>What must not get worse; by default failures by at most one percentage point and slow answers by at most two. At most 20.</summary>
    public IReadOnlyList<DeploymentGuard> Guards { get; init; } = [new(GuardKind.Errors, 0.01), new(GuardKind.SlowAnswers, 0.02)];

    /// <summary>The chance of rolling back a candidate that is no worse, over the whole deployment and all guards; between 0 and 1, 0.05 by default.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>So many failures of the candidate in a row on one server, and it is rolled back at once; at least 1, 5 by default. An answer that is no finite number does it by itself.</summary>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>An answer that takes longer is a slow one; 1 second by default.</summary>
    public TimeSpan SlowerThan { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the first version of all, which has no champion to be compared with, is promoted once gates and policy are content; false by default.</summary>
    public bool WithoutChampion { get; init; }

    /// <summary>Why; at most 4,000 characters.</summary>
    public string? Reason { get; init; }
}
