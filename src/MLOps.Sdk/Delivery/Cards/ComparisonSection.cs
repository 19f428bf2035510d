using MLOps.Charts;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>What is different from the champion.</summary>
internal sealed class ComparisonSection(IModelRegistry registry) : ICardSection
{
    public string Title => "Compared with the champion";

    public int Order => 500;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        if (subject.Champion is not { } champion) return;
        var version = subject.Version;
        page.Paragraph($"The champion is {champion}, registered {CardWords.Time(champion.CreatedAt)} by {champion.CreatedBy}.");
        var rows = new List<IReadOnlyList<ReportCell>>();
        foreach (var metric in version.Metrics.Keys.Union(champion.Metrics.Keys).Order(StringComparer.Ordinal))
            rows.Add(Row(metric, Find(version, metric), Find(champion, metric)));
        if (await registry.ReadEvaluationAsync(version, cancellationToken).ConfigureAwait(false) is { } mine && await registry.ReadEvaluationAsync(champion, cancellationToken).ConfigureAwait(false) is { } theirs)
            foreach (var metric in mine.Metrics)
                if (theirs.Metrics.FirstOrDefault(m => m.Metric == metric.Metric && m.Slice == metric.Slice) is { } other)
                    rows.Add(Row($"{metric.Metric}, {(metric.Slice.Length == 0 ? "all evaluated rows" : metric.Slice)}", metric.Value, other.Value));
        rows.Add(Row("size in bytes", CardWords.SizeOf(version), CardWords.SizeOf(champion)));
        page.Table([new("What"), new(version.ToString(), true), new(champion.ToString(), true), new("Change", true)], rows);
        var data = version.DatasetVersions.ToHashSet(StringComparer.Ordinal).SetEquals(champion.DatasetVersions);
        page.Paragraph($"Both were trained on {(data ? "the same" : "different")} dataset versions; their contents are {(version.Digest == champion.Digest ? "equal" : "different")}, and their signatures {(Same(version, champion) ? "agree" : "differ")}.");
        await foreach (var verdict in registry.VerdictsAsync(version.Model, version.Number, cancellationToken).ConfigureAwait(false))
            if (verdict.ChampionNumber == champion.Number && verdict.Digest == version.Digest) page.Paragraph($"{verdict.Gate}: {verdict.Message}");
    }

    private static double? Find(ModelVersion version, string metric) => version.Metrics.TryGetValue(metric, out var value) ? value : null;

    private static IReadOnlyList<ReportCell> Row(string what, double? mine, double? theirs) =>
        [what, mine is { } m ? CardWords.Number(m) : "", theirs is { } t ? CardWords.Number(t) : "", mine is { } a && theirs is { } b ? CardWords.Change(a, b) : ""];

    private static bool Same(ModelVersion one, ModelVersion other)
    {
        return Text(one) == Text(other);
        static string Text(ModelVersion version) => version.Signature is not { } signature ? "" : string.Join('\n', signature.Inputs.Append(new("", "", [])).Concat(signature.Outputs).Select(f => $"{f.Name}\t{f.DataType}\t{string.Join(',', f.Shape)}"));
    }
}
