using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>An arm with its version loaded.</summary>
/// <param name="generation">The version, loaded.</param>
/// <param name="counter">Counts its calls; null without a route that is worth counting.</param>
/// <param name="whys">What is logged with its answers, by reason; null likewise.</param>
internal sealed class ServedArm<TInput, TOutput>(Generation<TInput, TOutput> generation, ArmCounter? counter, PredictionRoute[]? whys)
{
    public Generation<TInput, TOutput> Generation { get; } = generation;

    public ArmCounter? Counter { get; } = counter;

    public PredictionRoute? Why(RouteReason reason) => whys?[(int)reason];
}
