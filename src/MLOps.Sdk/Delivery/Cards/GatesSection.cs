using MLOps.Charts;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What gates said of exactly this content.</summary>
internal sealed class GatesSection(IModelRegistry registry) : ICardSection
{
    public string Title => "Gates";

    public int Order => 600;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var rows = new List<IReadOnlyList<ReportCell>>();
        await foreach (var verdict in registry.VerdictsAsync(subject.Version.Model, subject.Version.Number, cancellationToken).ConfigureAwait(false))
        {
            if (verdict.Digest != subject.Version.Digest) continue;
            var tone = verdict.Outcome switch { GateOutcome.Passed => ReportTone.Good, GateOutcome.Inconclusive or GateOutcome.Warned => ReportTone.Warning, GateOutcome.NotApplicable => ReportTone.Neutral, _ => ReportTone.Bad };
            rows.Add([verdict.Gate, new(verdict.Outcome.ToString().ToLowerInvariant(), tone), verdict.Message, CardWords.Time(verdict.At), verdict.Actor]);
        }

        page.Table([new("Gate"), new("Outcome"), new("Finding"), new("When"), new("By")], rows);
        if (rows.Count == 0) page.Remark(ReportTone.Warning, "No gate has judged it.");
    }
}
