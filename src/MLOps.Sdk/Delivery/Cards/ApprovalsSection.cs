using MLOps.Charts;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>Who approved exactly this content, for which alias, and who took it back.</summary>
internal sealed class ApprovalsSection(AliasProtection protection) : ICardSection
{
    public string Title => "Approvals";

    public int Order => 700;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var rows = new List<IReadOnlyList<ReportCell>>();
        await foreach (var approval in protection.ApprovalsAsync(subject.Version.Model, subject.Version.Number, cancellationToken).ConfigureAwait(false))
        {
            if (approval.Digest != subject.Version.Digest) continue;
            rows.Add([
                approval.Alias, approval.By, CardWords.Time(approval.At), approval.Reason ?? "",
                approval.RevokedAt is { } at ? new ReportCell($"revoked {CardWords.Time(at)} by {approval.RevokedBy}: {approval.RevokedReason}", ReportTone.Bad) : new ReportCell("stands", ReportTone.Good),
            ]);
        }

        page.Table([new("Alias"), new("Approved by"), new("When"), new("Reason"), new("State")], rows);
    }
}
