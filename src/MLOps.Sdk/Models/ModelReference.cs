using System.Globalization;

namespace MLOps.Models;

/// <summary>A reference to a model version, taken apart: <c>churn</c>, <c>churn/3</c>, <c>churn@champion</c>, <c>churn@sha256:…</c>, <c>sha256:…</c>, each perhaps after <c>models:/</c>.</summary>
/// <param name="Model">The model; null when only a content is asked for.</param>
/// <param name="Number">The version asked for; null for none.</param>
/// <param name="Alias">The alias asked for; null for none.</param>
/// <param name="Digest">The content asked for; null for none.</param>
internal readonly record struct ModelReference(string? Model, int? Number = null, string? Alias = null, Digest? Digest = null)
{
    private const string Scheme = "models:/";

    // No plain name holds a colon, so that no model or alias is taken for a digest.
    private const string Hash = "sha256:";

    /// <exception cref="MLOpsInvalidException">The text is no reference; the message says the grammar.</exception>
    public static ModelReference Parse(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var text = reference.StartsWith(Scheme, StringComparison.Ordinal) ? reference[Scheme.Length..] : reference;
        if (text.StartsWith(Hash, StringComparison.Ordinal)) return new(null, Digest: MLOps.Digest.Parse(text[Hash.Length..]));
        if (text.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            var (model, rest) = (Name.Require(text[..at], "model name"), text[(at + 1)..]);
            return rest.StartsWith(Hash, StringComparison.Ordinal) ? new(model, Digest: MLOps.Digest.Parse(rest[Hash.Length..])) : new(model, Alias: Name.Require(rest, "alias"));
        }

        if (text.IndexOf('/', StringComparison.Ordinal) is not (>= 0 and var slash)) return new(Name.Require(text, "model name"));
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new(Name.Require(text[..slash], "model name"), number)
            : throw new MLOpsInvalidException($"'{Name.Shown(reference)}' is not a model reference: 'name', 'name/3', 'name@alias' or 'sha256:…' is expected, and the version is a number from 1.");
    }
}
