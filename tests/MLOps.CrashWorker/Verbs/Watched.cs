using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;

namespace MLOps.CrashWorker.Verbs;

/// <summary>Answers rows of the model <c>watched</c> from a first one on, then says how many, counts windows if asked to, and waits for the end of its input.</summary>
static class Watched
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string store, int first, int count, string keep)
    {
        await using var mlops = Store.Open(store, o => o
            .AddModelType("crash", CrashModelJson.Default.CrashModel)
            .AddModel<double, double>("watched", m => m.Features = FeatureSchema.For<double>().Number("x", x => x).Category("parity", x => (int)x % 2 == 0 ? "even" : "odd")));
        var predictor = await mlops.Server.GetAsync<double, double>("watched");
        for (var i = first; i < first + count; i++) predictor.Predict(i % 997, new() { EventTime = Start.AddSeconds(i) });
        if (keep == "flush") await mlops.Monitor.EvaluateAsync("watched", new(Start, Start.AddDays(1)));
        Facts.Say($"answered {count.ToString(CultureInfo.InvariantCulture)}");
        while (await Console.In.ReadLineAsync(CancellationToken.None) is not null) { }
        return 0;
    }
}
