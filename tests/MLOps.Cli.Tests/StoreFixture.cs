using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Models;

namespace MLOps.Cli.Tests;

/// <summary>A real store in a folder, filled once with a little of everything, hostile names included.</summary>
[SetUpFixture]
public sealed class StoreFixture
{
    /// <summary>As bad as a name may be.</summary>
    public const string Hostile = "[red]evil[bold] \u202Etxt";

    /// <summary>As bad as any text may be.</summary>
    public const string HostileText = "[red]evil[/] \u202E\u001B[2J\r\nforged line";

    private static string s_root = "";

    public static string Store => Path.Combine(s_root, ".mlops");

    public static string Root => s_root;

    public static string RunId { get; private set; } = "";

    public static string ChildId { get; private set; } = "";

    public static string DatasetId { get; private set; } = "";

    public static string PredictionId { get; private set; } = "";

    public static string Generation => PredictionId[2..18];

    public static string VerdictId { get; private set; } = "";

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        s_root = Directory.CreateTempSubdirectory("mlops-cli-").FullName;
        await using var mlops = Open();
        var data = await mlops.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("2011-01.csv", "a,b\n1,2\n").PutText("2011-02.csv", "a,b\n3,4\n"), new() { Message = "the first months" });
        await mlops.Datasets.TagAsync(data, "2011");
        var later = await mlops.Datasets.CommitAsync("bike", DatasetChange.Edit().PutText("2011-03.csv", "a,b\n5,6\n"), new() { Message = $"more {HostileText}" });
        DatasetId = data.Id;

        var run = await mlops.Experiments.StartRunAsync("demand", new RunOptions { Name = $"ridge {Hostile}", Params = new Dictionary<string, string> { ["lambda"] = "0.5", ["note [red]"] = "\u001B[31mred\nsecond line" }, Datasets = [data] });
        var rmse = run.Metric("rmse");
        for (var step = 0; step < 5; step++) run.Log(rmse, 50 - step, step);
        run.Log(run.Metric("broken"), double.NaN, 0);
        await run.AddArtifactAsync("plots/fit.svg", new MemoryStream("<svg/>"u8.ToArray()));
        await using var child = await run.StartChildAsync(new RunOptions { Name = "fold 1" });
        await child.CompleteAsync(RunStatus.Failed, "out of memory");
        await run.CompleteAsync();
        (RunId, ChildId) = (run.Id, child.Id);

        for (var factor = 1; factor <= 3; factor++)
            await mlops.Models.RegisterAsync("demand", new Times(factor), new RegisterOptions
            {
                RunId = run.Id,
                DatasetVersions = [factor == 3 ? later.Id : data.Id],
                Metrics = new Dictionary<string, double> { ["rmse"] = 50 - factor },
                Description = $"Times {factor.ToString(CultureInfo.InvariantCulture)} {HostileText}",
                Signature = new ModelSignature([new ModelField("x", "FP64", [-1])], [new ModelField("y", "FP64", [-1])]),
            });
        await mlops.Models.SetAliasAsync("demand", "champion", 1, new AliasMoveOptions { Reason = "the first" });
        await mlops.Models.SetAliasAsync("demand", "champion", 2, new AliasMoveOptions { Reason = $"better {HostileText}" });
        await mlops.Models.RegisterAsync(Hostile, new Times(9));
        VerdictId = Guid.CreateVersion7().ToString("N");
        var judged = await mlops.Models.ResolveAsync("demand/2");
        await mlops.Models.AddVerdictAsync(new GateVerdict
        {
            Id = VerdictId, Gate = "better rmse", Model = "demand", Number = 2, Digest = judged.Digest, ChampionNumber = 1,
            Outcome = GateOutcome.Passed, Message = "48 is below 49.", Actor = "test", At = judged.CreatedAt,
        });
        var predictor = await mlops.Server.GetAsync<double, double>("demand");
        PredictionId = (await predictor.PredictAsync(21)).Id.ToString();
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(s_root, recursive: true);

    public static MLOpsClient Open() => MLOpsClient.Create(Store, Declare);

    public static void Declare(MLOpsBuilder builder) => builder.AddModelType("times", CliTestJson.Default.Times).AddModel<double, double>("demand");
}

public sealed record Times(double Factor) : IModel<double, double>
{
    public double Predict(double input) => input * Factor;
}

[JsonSerializable(typeof(Times))]
public sealed partial class CliTestJson : JsonSerializerContext;
