// The examples of README.md, compiled. ReadmeTests checks that README shows exactly these lines, and runs them.
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Models;

namespace MLOps.Samples.Tests.Readme;

// example: model
public sealed record Average(double Value) : IModel<double, double>
{
    public double Predict(double input) => Value;
}

[JsonSerializable(typeof(Average)), JsonSerializable(typeof(double))]
public sealed partial class ExampleJson : JsonSerializerContext;
// end

internal static class ReadmeExamples
{
    public static async Task<string> ScriptAsync()
    {
        // example: script
        await using var mlops = MLOpsClient.Create(".mlops", o => o
            .AddModelType("average", ExampleJson.Default.Average)
            .AddModel<double, double>("demand"));

        var data = await mlops.Datasets.CommitAsync("sales", DatasetChange.Edit().PutText("monday.csv", "12\n15\n9\n"));

        await using var run = await mlops.Experiment("demand").Run("first").With("method", "mean").On(data).StartAsync();
        run.Log(run.Metric("loss"), value: 6.0, step: 1);
        await run.CompleteAsync();

        var version = await mlops.Models.RegisterAsync("demand", new Average(12), new() { RunId = run.Id, DatasetVersions = [data.Id] });
        await mlops.Deployments.PromoteAsync(version);

        var demand = await mlops.Server.GetAsync<double, double>("demand");
        var prediction = demand.Predict(3);   // .Value 12, .Version 1, .Id p-…, .Route "champion"
        // end
        return $"{prediction.Value} {prediction.Version} {prediction.Route} {prediction.Id}";
    }

    public static async Task HostAsync(string[] args)
    {
        // example: host
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddMLOps(o => o
            .AddModelType("average", ExampleJson.Default.Average)
            .AddModel<double, double>("demand"));
        builder.Services.AddHealthChecks().AddMLOps();

        await using var app = builder.Build();
        app.MapPredict("/predict", "demand", ExampleJson.Default.Double, ExampleJson.Default.Double);
        app.MapLabels("/labels");
        app.MapHealthChecks("/health");
        await app.RunAsync();
        // end
    }
}
