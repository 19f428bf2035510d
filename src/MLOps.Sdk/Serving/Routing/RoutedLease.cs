using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>A generation that a request was routed to, kept from being disposed. Dispose it exactly once, on any thread.</summary>
internal readonly struct RoutedLease<TInput, TOutput>(GenerationLease<TInput, TOutput> lease, Choice<TInput, TOutput> choice, RoutingTable<TInput, TOutput> table) : IDisposable
{
    public Generation<TInput, TOutput> Generation => lease.Generation;

    public ArmCounter? Counter => choice.Arm.Counter;

    public PredictionRoute? Why => choice.Why;

    public RoutingTable<TInput, TOutput> Table => table;

    /// <summary>Whether the first arm answers: what it is asked is asked of the shadow too.</summary>
    public bool IsFirst => ReferenceEquals(choice.Arm, table.First);

    /// <summary>The same choice, held anew.</summary>
    public RoutedLease<TInput, TOutput> Renewed(GenerationLease<TInput, TOutput> again) => new(again, choice with { Entered = false }, table);

    public void Dispose()
    {
        lease.Dispose();
        choice.Leave();
    }
}
