using MLOps.Predictions;

namespace MLOps.Serving;

/// <summary>What is logged with the answers of an arm, made once for all of them.</summary>
internal static class ArmReasons
{
    public static PredictionRoute[] Of(long revision, RouteArm arm) =>
        [.. Enum.GetValues<RouteReason>().Select(reason => new PredictionRoute(revision, arm.Name, Propensity(reason, arm.Share), Word(reason)))];

    // A rule's requests come to its arm for certain; those that were turned away came by way of another.
    private static int Propensity(RouteReason reason, int share) => reason switch
    {
        RouteReason.Random or RouteReason.Hash => share,
        RouteReason.Diverted => 0,
        _ => Route.Whole,
    };

    private static string Word(RouteReason reason) => reason switch
    {
        RouteReason.Random => "random",
        RouteReason.Hash => "hash",
        RouteReason.Pin => "pin",
        RouteReason.Header => "header",
        RouteReason.Tenant => "tenant",
        RouteReason.Asked => "asked",
        _ => "diverted",
    };
}
