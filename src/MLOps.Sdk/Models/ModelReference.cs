using System.Globalization;

namespace MLOps.Models;

/// <summary>A reference to a model version, taken apart: <c>churn</c>, <c>churn/3</c>, <c>churn@champion</c>, each perhaps after <c>models:/</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Number">The version asked for; null for none.</param>
/// <param name="Alias">The alias asked for; null for none.</param>
internal readonly record struct ModelReference(string Model, int? Number, string? Alias)
{
    private const string Scheme = "models:/";

    /// <exception cref="MLOpsInvalidException">The text is no reference; the message says the grammar.</exception>
    public static ModelReference Parse(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var text = reference.StartsWith(Scheme, StringComparison.Ordinal) ? reference[Scheme.Length..] : reference;
        if (text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
            return new(Name.Require(text[..at], "model name"), null, Name.Require(text[(at + 1)..], "alias"));
        if (text.IndexOf('/', StringComparison.Ordinal) is not (>= 0 and var slash)) return new(Name.Require(text, "model name"), null, null);
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new(Name.Require(text[..slash], "model name"), number, null)
            : throw new MLOpsInvalidException($"'{Name.Shown(reference)}' is not a model reference: 'name', 'name/3' or 'name@alias' is expected, and the version is a number from 1.");
    }
}
