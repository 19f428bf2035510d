using MLOps.Charts;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Models;
using MLOps.Monitoring;

namespace MLOps.Delivery;

/// <summary>The data that it was trained on, and what the columns looked like.</summary>
internal sealed class DataSection(IDatasetStore datasets, IExperimentTracker experiments, IModelRegistry registry) : ICardSection
{
    public string Title => "Data";

    public int Order => 300;

    public async ValueTask WriteAsync(CardSubject subject, CardPage page, CancellationToken cancellationToken = default)
    {
        var used = subject.Version.DatasetVersions.Select(id => (Id: id, For: "training")).ToList();
        if (subject.Version.RunId is { } id && await TryAsync(() => experiments.GetRunAsync(id, cancellationToken)).ConfigureAwait(false) is { } run)
            used.AddRange(run.Inputs.Select(i => (i.VersionId, i.Context)));
        var rows = new List<IReadOnlyList<ReportCell>>();
        foreach (var (versionId, role) in used.Distinct())
        {
            var version = await TryAsync(() => datasets.ResolveAsync(versionId, cancellationToken)).ConfigureAwait(false);
            rows.Add(version is null
                ? [versionId[..Math.Min(12, versionId.Length)], role, "", "", new("not in this store", ReportTone.Warning)]
                : [$"{version.Dataset}@{version.ShortId()}", role, CardWords.Count(version.FileCount), CardWords.Count(version.Length), $"{CardWords.Time(version.CreatedAt)} by {version.Author}{(version.Message is null ? "" : $": {version.Message}")}"]);
        }

        page.Table([new("Dataset version"), new("Used for"), new("Files", true), new("Bytes", true), new("Committed")], rows);
        if (rows.Count == 0) page.Remark(ReportTone.Warning, "It is not recorded what data it was trained on.");
        if (await registry.ReadBaselineAsync(subject.Version, cancellationToken).ConfigureAwait(false) is not { } baseline) return;
        page.Paragraph($"Its baseline describes {CardWords.Count(baseline.Rows)} rows.");
        page.Table([new("Feature"), new("Kind"), new("Missing", true)], [.. baseline.Features.Select(f => (IReadOnlyList<ReportCell>)[f.Name, f.Kind.ToString().ToLowerInvariant(), CardWords.Count(f.Missing)])]);
    }

    private static async ValueTask<T?> TryAsync<T>(Func<ValueTask<T>> read) where T : class
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (MLOpsNotFoundException)
        {
            return null;
        }
    }
}
