namespace MLOps.Models;

/// <summary>The rule for reasons and other short prose.</summary>
internal static class Reasons
{
    private const int MaxLength = 4000;

    /// <exception cref="MLOpsInvalidException">The text is too long.</exception>
    public static void Require(string? text, string what = "reason")
    {
        if (text is { Length: > MaxLength }) throw new MLOpsInvalidException($"The {what} has {text.Length} characters, and at most {MaxLength} are allowed.");
    }
}
