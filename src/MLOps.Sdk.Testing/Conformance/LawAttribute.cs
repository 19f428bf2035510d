namespace MLOps.Testing;

/// <summary>Marks a method of a suite as a case. Its name, underscores read as spaces, is the law.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LawAttribute : Attribute
{
    /// <summary>The names of the suite's properties that must be true for the law to apply, joined by commas; null when it always does.</summary>
    public string? Needs { get; init; }
}
