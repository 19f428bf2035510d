namespace MLOps.Models;

/// <summary>A gate that a policy asks for.</summary>
/// <param name="Gate">The gate's name, as it stands in <see cref="GateVerdict.Gate"/>.</param>
/// <param name="MaxAge">How old its verdict may be, more than zero; null for any age.</param>
public sealed record GateRequirement(string Gate, TimeSpan? MaxAge = null);
