namespace MLOps.Testing;

/// <summary>Marks a method of a suite as a case. Its name, underscores read as spaces, is the law.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LawAttribute : Attribute
{
    /// <summary>The name of the suite's property that must be true for the law to apply; null when it always does.</summary>
    public string? Needs { get; init; }
}
