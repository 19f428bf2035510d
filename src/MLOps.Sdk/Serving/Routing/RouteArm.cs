using System.Text.Json.Serialization;

namespace MLOps.Serving;

/// <summary>One of the versions that answer.</summary>
/// <param name="Name">A plain name: <c>champion</c>, <c>canary</c>. Unique in its route; the shadow's too.</param>
/// <param name="Number">The version; null, for the first arm only, for whichever the alias points to.</param>
/// <param name="Share">Of the requests that no rule decides, in parts of <see cref="Route.Whole"/>.</param>
internal sealed record RouteArm(string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Number, int Share);
