using MLOps.Charts;

namespace MLOps.Delivery;

/// <summary>What people said: use, limits, who answers for it. What nobody has said is named, not passed over.</summary>
internal sealed class NotesSection : ICardSection
{
    public string Title => "Intended use and limits";

    public int Order => 200;

    public ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        (string Name, string? Text)[] notes =
        [
            ("Intended use", subject.Notes.IntendedUse), ("Not intended for", subject.Notes.OutOfScope), ("Known limits", subject.Notes.Limits),
            ("Ethics", subject.Notes.Ethics), ("Owner", subject.Notes.Owner), ("Licence", subject.Notes.Licence),
        ];
        page.Facts([.. notes.Select(n => (n.Name, n.Text))]);
        string[] missing = [.. notes.Take(3).Where(n => string.IsNullOrWhiteSpace(n.Text)).Select(n => n.Name.ToLowerInvariant())];
        if (missing.Length > 0) page.Remark(ReportTone.Warning, $"Nobody has said yet: {string.Join(", ", missing)}.");
        return ValueTask.CompletedTask;
    }
}
