using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>Which arm answers a request, and why.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Why">What is logged; null without a route.</param>
/// <param name="Entered">Whether the arm's calls inside were counted up, and are to be counted down.</param>
internal readonly record struct Choice<TInput, TOutput>(ServedArm<TInput, TOutput> Arm, PredictionRoute? Why, bool Entered)
{
    public void Leave()
    {
        if (Entered) Arm.Counter!.Leave();
    }
}
