namespace MLOps.Serving;

/// <summary>Sends requests to an arm by what they are.</summary>
/// <param name="Kind">What is looked at.</param>
/// <param name="Value">What it must be, ordinally.</param>
/// <param name="Arm">The arm's name.</param>
/// <param name="Header">The header's name, for that kind; without regard to case.</param>
internal sealed record RouteRule(RouteRuleKind Kind, string Value, string Arm, string? Header = null);
