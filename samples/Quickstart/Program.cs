using BikeDemand;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Cli;
using Quickstart;

// quickstart [store]: the whole loop on two years of bike rentals. Run again, it goes on in the same store: a folder, or
// an address such as postgresql:VARIABLE+s3:bucket, where an environment variable holds the connection string.
var store = StoreAddress.Parse(args.Length > 0 ? args[0] : ".mlops", Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable);
var narrator = new Narrator(Console.Out);
Story? story = null;
await using var mlops = store.Open(o => o
    .AddModelType("ridge-demand", BikeJson.Default.DemandModel)
    .AddModel<Ride, double>(Trainer.Model, m => m.Features = DemandFeatures.Schema)
    .AddRetraining(Trainer.Model, r =>
    {
        r.Train = async (trigger, cancellationToken) => await story!.RetrainAsync(trigger.Report, cancellationToken);
        r.Gates = (trigger, _, _) => ValueTask.FromResult(story!.Gates(trigger.Report));

        // A year passes in seconds here: no pause between retrainings, and no limit to a week's.
        r.Cooldown = TimeSpan.Zero;
        r.MaximumPerWeek = int.MaxValue;
    }), null);
var history = History.Load();
story = new Story(mlops, history, narrator);

narrator.Title("MLOps.Sdk: a model's life, on 17,379 hours of bike rentals in Washington, D.C.");
var outcome = await story.TellAsync();
var folder = Directory.CreateDirectory(store.Folder ?? ".mlops");
var report = Path.Combine(folder.FullName, "quickstart-report.html");
await File.WriteAllTextAsync(report, StoryReport.Html(outcome, history));
narrator.Say($"");
narrator.Say($"The report with its pictures lies at {report}");
narrator.Last($"Quickstart finished: {outcome.Hours.Count} predictions, {outcome.Failed} failed, RMSE before {outcome.Before:f1}, after {outcome.After:f1}");
return outcome.Failed == 0 ? 0 : 1;
