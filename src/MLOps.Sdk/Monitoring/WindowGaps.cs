using System.Globalization;
using MLOps.Predictions;

namespace MLOps.Monitoring;

/// <summary>Says what a window's numbers leave out.</summary>
internal static class WindowGaps
{
    public static async ValueTask<IReadOnlyList<string>> OfAsync(PredictionLog log, LiveWindow live, WindowJudgement judgement, CancellationToken cancellationToken)
    {
        var gaps = new List<string>();
        if (judgement.Unlogged.Count > 0) gaps.Add($"Not in the prediction log, so not compared: {string.Join(", ", judgement.Unlogged.Select(u => Name.Shown(u)))}.");
        if (live.Features.Any(f => f.Rows < live.Rows)) gaps.Add("Some processes logged fewer columns than others: those columns cover a part of the rows.");
        if (log.Dropped > 0) gaps.Add(string.Create(CultureInfo.InvariantCulture, $"This process has dropped {log.Dropped} predictions since it began: its log was full, or a column could not be read."));
        if (live.Stored is { } stored)
            gaps.Add(string.Create(CultureInfo.InvariantCulture, $"Only {live.Predictions.Length} of {stored.Rows} rows are still in the log: columns are judged by the stored windows, which hold all; quality, segments and columns together by the rows that are left."));
        foreach (var id in live.Generations)
        {
            var generation = await log.ReadGenerationAsync(id, cancellationToken).ConfigureAwait(false);
            if (generation.ClosedAt is null && generation.Process?.IsGone() is true)
                gaps.Add(string.Create(CultureInfo.InvariantCulture, $"The process {generation.Process.Id} on {generation.Host} that served {generation.Model}/{generation.Number} since {generation.LoadedAt:u} ended without a word: what it answered in its last moments (at most {log.FlushInterval.TotalSeconds:0.###} s as configured here) is missing."));
        }

        return gaps;
    }
}
