using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What it is, who registered it, what it takes and gives.</summary>
internal sealed class SummarySection(IModelRegistry registry) : ICardSection
{
    public string Title => "Summary";

    public int Order => 100;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var version = subject.Version;
        var aliases = new List<string>();
        await foreach (var alias in registry.AliasesAsync(version.Model, cancellationToken).ConfigureAwait(false))
            if (alias.Number == version.Number) aliases.Add(alias.Alias);
        if (version.Description is { Length: > 0 } description) page.Paragraph(description);
        page.Facts(
            ("Model", version.Model), ("Version", CardWords.Count(version.Number)), ("Content", version.Digest.Hex), ("Format", version.Format),
            ("Size", $"{CardWords.Count(version.Files.Count)} {(version.Files.Count == 1 ? "file" : "files")}, {CardWords.Bytes(CardWords.SizeOf(version))}"), ("Registered", $"{CardWords.Time(version.CreatedAt)} by {version.CreatedBy}"),
            ("Aliases", string.Join(", ", aliases)), ("Tags", string.Join(", ", version.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key} = {t.Value}"))));
        if (version.Signature is { } signature)
            page.Table([new("Signature"), new("Name"), new("Type"), new("Shape")], [.. signature.Inputs.Select(f => Row("input", f)), .. signature.Outputs.Select(f => Row("output", f))]);
    }

    private static IReadOnlyList<Charts.ReportCell> Row(string side, ModelField field) =>
        [side, field.Name, field.DataType, $"[{string.Join(", ", field.Shape.Select(d => d < 0 ? "any" : CardWords.Count(d)))}]"];
}
