namespace MLOps.Serving;

/// <summary>A version that is asked what the champion was asked, after the champion's answer was given; its own answers are compared and thrown away.</summary>
/// <param name="Name">A plain name: <c>shadow</c>.</param>
/// <param name="Number">The version.</param>
/// <param name="Share">Of the first arm's requests, in parts of <see cref="Route.Whole"/>.</param>
/// <param name="Tolerance">Two answers agree when their scores are no further apart.</param>
internal sealed record RouteShadow(string Name, int Number, int Share, double Tolerance = 0);
