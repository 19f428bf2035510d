using BikeDemand;
using Microsoft.Extensions.DependencyInjection;
using MLOps;
using Quickstart;

// quickstart [store folder]: the whole loop on two years of bike rentals. Run again, it goes on in the same store.
var store = args.Length > 0 ? args[0] : ".mlops";
var narrator = new Narrator(Console.Out);
Story? story = null;
await using var mlops = MLOpsClient.Create(store, o => o
    .AddModelType("ridge-demand", BikeJson.Default.DemandModel)
    .AddModel<Ride, double>(Trainer.Model, m => m.Features = DemandFeatures.Schema)
    .AddRetraining(Trainer.Model, r =>
    {
        r.Train = async (trigger, cancellationToken) => await story!.RetrainAsync(trigger.Report, cancellationToken);
        r.Gates = (trigger, _, _) => ValueTask.FromResult(story!.Gates(trigger.Report));

        // A year passes in seconds here: no pause between retrainings, and no limit to a week's.
        r.Cooldown = TimeSpan.Zero;
        r.MaximumPerWeek = int.MaxValue;
    }));
var history = History.Load();
story = new Story(mlops, history, narrator);

narrator.Title("MLOps.Sdk: a model's life, on 17,379 hours of bike rentals in Washington, D.C.");
var outcome = await story.TellAsync();
var report = Path.GetFullPath(Path.Combine(store, "quickstart-report.html"));
await File.WriteAllTextAsync(report, StoryReport.Html(outcome, history));
narrator.Say($"");
narrator.Say($"The report with its pictures lies at {report}");
narrator.Last($"Quickstart finished: {outcome.Hours.Count} predictions, {outcome.Failed} failed, RMSE before {outcome.Before:f1}, after {outcome.After:f1}");
return outcome.Failed == 0 ? 0 : 1;
