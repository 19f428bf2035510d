using BikeDemand;
using MLOps;
using MLOps.Data;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Pipelines;
using MLOps.Records;
using MLOps.Serving;

namespace Quickstart;

/// <summary>The whole loop, told once: version, train, register, serve, watch, find drift, retrain, gate, promote, roll back.</summary>
internal sealed class Story(MLOpsClient mlops, History history, Narrator narrator)
{
    private static readonly DateTimeOffset s_2011 = new(2011, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_2012 = s_2011.AddYears(1);
    private static readonly DateTimeOffset s_2013 = s_2011.AddYears(2);

    private readonly MonthlyData _data = new(mlops);
    private readonly Trainer _trainer = new(mlops);

    public async Task<Outcome> TellAsync()
    {
        var outcome = new Outcome { First = await TrainOn2011Async(await VersionTheDataAsync()) };
        await ServeTheYearAsync(outcome);
        await RollBackAndForthAsync(outcome);
        await CompareAsync(outcome);
        await WhyAsync(outcome);
        return outcome;
    }

    /// <summary>How the retraining loop trains when a report wakes it: on all the data up to the end of the window, less the last fortnight.</summary>
    public async Task<ModelVersion> RetrainAsync(MonitorReport report, CancellationToken cancellationToken)
    {
        var data = await mlops.Datasets.ResolveAsync(MonthlyData.Dataset, cancellationToken);
        var rows = await _data.ReadAsync(data, before: report.To);
        return await _trainer.TrainAsync(
            data, [.. rows.Where(r => r.Ride.At < Fortnight(report))], [.. rows.Where(r => r.Ride.At >= Fortnight(report))],
            $"ridge-until-{Fortnight(report):yyyy-MM-dd}", cancellationToken);
    }

    /// <summary>The gate: the candidate against the champion on the last fortnight before the report, which the candidate has not seen.</summary>
    public IReadOnlyList<IGate> Gates(MonitorReport report) =>
    [
        Gate.Metric(
            history.Between(Fortnight(report), report.To), r => r.Ride, r => r.Count, (double answer) => answer,
            new MetricGateOptions { Metric = GateMetric.Rmse, BlockLength = 24 }),
    ];

    private static DateTimeOffset Fortnight(MonitorReport report) => report.To.AddDays(-14);

    private async Task<DatasetVersion> VersionTheDataAsync()
    {
        narrator.Chapter("Version the data, month by month");
        DatasetVersion? version = null;
        for (var month = s_2011; month < s_2012; month = month.AddMonths(1)) version = await _data.CommitAsync(month, history.MonthCsv(month));
        try
        {
            version = await mlops.Datasets.ResolveAsync($"{MonthlyData.Dataset}@2011");
            narrator.Say($"The store knows 2011 already: {version.FileCount} files, version {version.ShortId()}.");
        }
        catch (MLOpsNotFoundException)
        {
            await mlops.Datasets.TagAsync(version!, "2011");
            narrator.Say($"Twelve monthly files committed, {version!.Length / 1024.0:f0} KiB, tagged 2011: version {version.ShortId()}.");
        }

        return version!;
    }

    private async Task<ModelVersion> TrainOn2011Async(DatasetVersion data)
    {
        narrator.Chapter("Train on 2011, log the run, register the model");
        var rows = await _data.ReadAsync(data, before: s_2012);
        bool IsHoldout(CountedRide r) => r.Ride.At.DayOfYear % 10 == 9;
        var version = await _trainer.TrainAsync(data, [.. rows.Where(r => !IsHoldout(r))], [.. rows.Where(IsHoldout)], "ridge-2011");
        narrator.Say($"{rows.Count} hours; on every tenth day, which the model has not seen, RMSE {version.Metrics["rmse"]:f1} rentals an hour.");

        var promotion = await mlops.Deployments.PromoteAsync(version, new PromotionOptions { Reason = "The story begins in January 2012." });
        narrator.Say(promotion.Previous is { } previous
            ? (FormattableString)$"Registered as {version}. The champion was {previous}; the story begins anew, so {version} takes over."
            : $"Registered as {version} with its baseline, and made champion.");
        return version;
    }

    private async Task ServeTheYearAsync(Outcome outcome)
    {
        narrator.Chapter("Serve 2012 hour by hour; labels come a day late; watch");
        await mlops.Server.RefreshAsync(Trainer.Model);
        var predictor = await mlops.Server.GetAsync<Ride, double>(Trainer.Model);
        var loop = mlops.Services.Get<RetrainingLoop>();
        var traffic = new Traffic(mlops, predictor, history.Between(s_2012, s_2013));
        for (var month = s_2012; month < s_2013; month = month.AddMonths(1))
        {
            var next = month.AddMonths(1);
            await traffic.ServeUntilAsync(next);
            await _data.CommitAsync(month, history.MonthCsv(month));

            var champion = await mlops.Models.ResolveAsync($"{Trainer.Model}@champion");
            var report = await mlops.Monitor.EvaluateAsync(Trainer.Model, new MonitorWindow(month, next), new MonitorOptions { Version = champion.Number });
            outcome.Reports.Add(report);
            narrator.Say($"{month:MMM}  v{report.Number,-2}  RMSE {Rmse(report.Quality),5:f1} ({Rmse(report.BaselineQuality):f1} at training)  {Headline(report)}");

            if (next >= s_2013 || report.Verdict is not (MonitorVerdict.Drift or MonitorVerdict.QualityDrop)) continue;

            // The retraining runs beside the traffic: the next three days are served while it trains, judges and swaps.
            var retraining = Task.Run(async () => await loop.ProcessAsync());
            await traffic.ServeUntilAsync(next.AddDays(3));
            foreach (var done in await retraining) narrator.Say($"     -> v{done.CandidateNumber} trained beside the traffic and {done.Result.ToString().ToLowerInvariant()}. {done.Reason}");
            await mlops.Server.RefreshAsync(Trainer.Model);
        }

        await traffic.LabelAsync(before: s_2013);
        await foreach (var alert in mlops.Monitor.AlertsAsync(Trainer.Model)) outcome.Alerts.Add(alert);
        foreach (var alert in outcome.Alerts.Take(3)) narrator.Say($"     alert since {alert.Since:MMM}: {alert.Title}");
        outcome.Hours = traffic.Hours;
        outcome.Failed = traffic.Failed;
        narrator.Say($"{traffic.Hours.Count} hours served, {traffic.Failed} failed.");
    }

    private static double Rmse(IReadOnlyDictionary<string, double> quality) => quality.GetValueOrDefault("rmse", double.NaN);

    public static string Headline(MonitorReport report) => report.Verdict switch
    {
        MonitorVerdict.QualityDrop => $"the quality fell; {Drifted(report)}",
        MonitorVerdict.Drift => Drifted(report),
        MonitorVerdict.Ok => "all is well",
        _ => report.Summary,
    };

    private static string Drifted(MonitorReport report) =>
        "drifted: " + string.Join(", ", report.Features.Where(f => f.Drifted).Select(f => f.Name));

    private async Task RollBackAndForthAsync(Outcome outcome)
    {
        narrator.Chapter("Roll back, and forth again");
        var predictor = await mlops.Server.GetAsync<Ride, double>(Trainer.Model);
        var newYear = outcome.Hours[^1].Ride.Ride;
        var now = predictor.Predict(newYear, new PredictOptions { Unlogged = true });

        var old = await mlops.Deployments.RollbackAsync(Trainer.Model, "champion", new() { Reason = "What if we had to go back?" });
        await mlops.Server.RefreshAsync(Trainer.Model);
        var then = predictor.Predict(newYear, new PredictOptions { Unlogged = true });
        narrator.Say($"Rolled back from v{now.Version} to v{old.Number}: the last hour of the year is now {then.Value:f1} instead of {now.Value:f1} rentals.");

        await mlops.Models.SetAliasAsync(Trainer.Model, "champion", now.Version, new AliasMoveOptions { ExpectedNumber = old.Number, Reason = "And forth again." });
        await mlops.Server.RefreshAsync(Trainer.Model);
        var again = predictor.Predict(newYear, new PredictOptions { Unlogged = true });
        narrator.Say($"And forth: v{again.Version} answers {again.Value:f1} again. No call failed.");
        await foreach (var move in mlops.Models.AliasHistoryAsync(Trainer.Model, "champion")) outcome.Moves.Add(move);
    }

    /// <summary>The first model against what was served, on the same hours: every month after the first retrained model took over.</summary>
    private async Task CompareAsync(Outcome outcome)
    {
        narrator.Chapter("Compare, on the same later months");
        outcome.Swapped = outcome.Hours.First(h => h.Prediction.Version != outcome.First.Number).Ride.Ride.At;
        var from = new DateTimeOffset(outcome.Swapped.Year, outcome.Swapped.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
        var later = outcome.Hours.Where(h => h.Ride.Ride.At >= from).ToList();
        var first = (IModel<Ride, double>)await mlops.Models.LoadAsync(outcome.First);
        outcome.FirstModel = first;
        outcome.Before = Trainer.Error(first, [.. later.Select(h => h.Ride)]);
        outcome.After = Trainer.Rmse(later.Select(h => h.Error));
        narrator.Say($"{from:MMMM} to December, {later.Count} hours: the model of 2011 would have missed by {outcome.Before:f1} rentals an hour (RMSE); what was served missed by {outcome.After:f1}, {1 - (outcome.After / outcome.Before):p0} less.");
    }

    private async Task WhyAsync(Outcome outcome)
    {
        narrator.Chapter("Prove why");
        var last = outcome.Hours[^1].Prediction.Id;
        narrator.Say($"Why the last prediction was made, three steps back (mlops why {last} tells it all):");
        Tell(await mlops.Lineage.WhyAsync(new EntityRef(EntityRef.PredictionKind, last.ToString()), depth: 3), 0);
        narrator.Say($"Audit chain verified: {await mlops.Audit.VerifyAsync()} entries, none changed.");

        void Tell(LineageNode node, int depth)
        {
            narrator.Say($"{new string(' ', 2 * depth)}{node.Relation}{(node.Relation is null ? "" : " ")}{node.Entity}");
            foreach (var next in node.Next) Tell(next, depth + 1);
        }
    }
}
