using MLOps.Charts;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>When it was what an alias pointed to, by whom and why.</summary>
internal sealed class DeploymentsSection(IModelRegistry registry) : ICardSection
{
    public string Title => "Deployments";

    public int Order => 800;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var (rows, version) = (new List<IReadOnlyList<ReportCell>>(), subject.Version);
        await foreach (var alias in registry.AliasesAsync(version.Model, cancellationToken).ConfigureAwait(false))
        {
            ModelAlias? later = null;
            await foreach (var move in registry.AliasHistoryAsync(version.Model, alias.Alias, cancellationToken).ConfigureAwait(false))
            {
                if (move.Number == version.Number)
                    rows.Add([move.Alias, CardWords.Time(move.MovedAt), later is null ? new ReportCell("now", ReportTone.Good) : CardWords.Time(later.MovedAt), move.MovedBy, move.Reason ?? ""]);
                later = move;
            }
        }

        page.Table([new("Alias"), new("From"), new("Until"), new("By"), new("Reason")], rows);
    }
}
