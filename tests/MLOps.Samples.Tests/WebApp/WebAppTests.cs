using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using BikeDemand;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Predictions;

namespace MLOps.Samples.Tests.WebApp;

public sealed class WebAppTests
{
    private const string Ride = """{"at":"2012-09-03T17:00:00Z","workingDay":true,"weather":"clear","temperature":0.7,"humidity":0.5,"windSpeed":0.1}""";

    private string _store = "";

    [SetUp]
    public void Make() => _store = Directory.CreateTempSubdirectory("mlops-webapp-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_store, recursive: true);

    [Test, CancelAfter(180_000)]
    public async Task Another_process_moves_the_alias_and_the_version_changes_with_no_request_failed(CancellationToken cancellationToken)
    {
        await using var mlops = Open();
        for (var version = 1; version <= 3; version++) await mlops.Models.RegisterAsync("bike-demand", Model(version), cancellationToken: cancellationToken);
        await mlops.Models.SetAliasAsync("bike-demand", "champion", 1, cancellationToken: cancellationToken);
        await using var app = await WebAppProcess.StartAsync(_store, cancellationToken);
        using var ready = await app.Client.GetAsync("/health/ready", cancellationToken);
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.OK), app.Log);

        var answered = new ConcurrentDictionary<int, string>();
        var failures = new ConcurrentQueue<Exception>();
        var answers = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var callers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested && failures.IsEmpty)
            {
                try
                {
                    var answer = await app.PredictAsync(Ride, CancellationToken.None);
                    var version = answer.GetProperty("version").GetInt32();
                    var value = answer.GetProperty("value").GetDouble();
                    if (value != Expected(version)) throw new InvalidOperationException($"Version {version} is said to have answered {value}.");
                    answered[version] = answer.GetProperty("id").GetString()!;
                    Interlocked.Increment(ref answers);
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                }
            }
        }, cancellationToken)).ToList();
        foreach (var version in new[] { 2, 3, 1 })
        {
            answered.TryRemove(version, out _);
            await mlops.Models.SetAliasAsync("bike-demand", "champion", version, new AliasMoveOptions { Reason = "test" }, cancellationToken);
            while (!answered.ContainsKey(version) && failures.IsEmpty) await app.PredictAsync(Ride, cancellationToken);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.That(failures, Is.Empty, app.Log);
        using var label = await app.Client.PostAsync("/labels", Json($$"""{"id":"{{answered[3]}}","value":299}"""), cancellationToken);
        var why = await mlops.Lineage.WhyAsync(new EntityRef(EntityRef.PredictionKind, answered[3]), cancellationToken: cancellationToken);

        TestContext.Out.WriteLine($"{answers} predictions, {failures.Count} failed.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(label.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(why.Next.Single().Next.Select(n => n.Entity), Does.Contain(EntityRef.Model("bike-demand", 3)), "lineage from an answer of the other process");
        }
    }

    [Test, CancelAfter(180_000)]
    public async Task Without_a_champion_it_starts_says_what_to_do_and_serves_once_there_is_one(CancellationToken cancellationToken)
    {
        await using var app = await WebAppProcess.StartAsync(_store, cancellationToken);

        using var live = await app.Client.GetAsync("/health/live", cancellationToken);
        using var ready = await app.Client.GetAsync("/health/ready", cancellationToken);
        using var early = await app.Client.PostAsync("/predict", Json(Ride), cancellationToken);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(await ready.Content.ReadAsStringAsync(cancellationToken), Does.Contain("bike-demand"));
            Assert.That(early.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(app.Log, Does.Contain("Run the Quickstart").And.Contain(_store));
        }

        await using var mlops = Open();
        await mlops.Models.RegisterAsync("bike-demand", Model(1), cancellationToken: cancellationToken);
        await mlops.Models.SetAliasAsync("bike-demand", "champion", 1, cancellationToken: cancellationToken);

        var answer = await app.PredictAsync(Ride, cancellationToken);
        using var strange = await app.Client.PostAsync("/predict", Json(Ride.Replace("clear", "sunny", StringComparison.Ordinal)), cancellationToken);
        using var incomplete = await app.Client.PostAsync("/predict", Json("""{"workingDay":true}"""), cancellationToken);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.GetProperty("value").GetDouble(), Is.EqualTo(Expected(1)));
            Assert.That(PredictionId.TryParse(answer.GetProperty("id").GetString(), out _));
            Assert.That((strange.StatusCode, incomplete.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)));
            Assert.That(await strange.Content.ReadAsStringAsync(cancellationToken), Does.Contain("sunny"));
            Assert.That(await incomplete.Content.ReadAsStringAsync(cancellationToken), Does.Contain("leaves out 'at'").And.Contain("'windSpeed'"));
        }
    }

    private MLOpsClient Open() => MLOpsClient.Create(_store, o => o.AddModelType("ridge-demand", BikeJson.Default.DemandModel));

    // Nothing but the constant, another one for each version: an answer tells which it is from.
    private static DemandModel Model(int version)
    {
        var weights = new double[DemandFeatures.Count];
        weights[^1] = 10 * version;
        return new DemandModel(weights);
    }

    private static double Expected(int version) => Model(version).Predict(JsonSerializer.Deserialize(Ride, BikeJson.Default.Ride)!);

    private static StringContent Json(string text) => new(text, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
}
