using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Serving;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class OverloadTests
{
    [Test]
    public async Task A_full_queue_is_told_on_every_endpoint_before_any_work()
    {
        await using var app = await TestApp.StartAsync(
            o => o.AddModelType("gated", TestJson.Default.Gated).AddModel<Row, double>("gated", m => m.Batching = new() { MaximumRows = 1, QueueRows = 1 }),
            a =>
            {
                a.MapPredict("/gated", "gated", TestJson.Default.Row, TestJson.Default.Double);
                a.MapPredictBatch("/gated/batch", "gated", TestJson.Default.Row, TestJson.Default.Double);
                a.MapInvocations("/gated/invocations", "gated", TestJson.Default.Row, TestJson.Default.Double);
                a.MapOpenInference("/v2", v2 => v2.Add("gated", TestJson.Default.Row, TestJson.Default.Double));
            });
        var registry = app.Services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("gated", new Gated(1));
        await registry.SetAliasAsync("gated", "champion", 1);
        await app.Services.GetRequiredService<IModelServer>().RefreshAsync("gated");

        var inside = Task.Run(() => app.PostAsync("/gated", """{"x":1}"""));
        await Gated.Inside.WaitAsync();
        // Of two more, one finds room in the queue and the other is told at once that there is none.
        var pair = new[] { 2, 3 }.Select(x => Task.Run(() => app.PostAsync("/gated", $$"""{"x":{{x}}}"""))).ToList();
        using var refused = await await Task.WhenAny(pair);
        RequireRefused(refused, "/gated");
        var queued = pair.Single(p => !p.IsCompleted);
        foreach (var (path, body) in new[]
        {
            ("/gated/batch", """[{"x":3}]"""), ("/gated/invocations", """{"instances":[{"x":3}]}"""),
            ("/v2/models/gated/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[3]}]}"""),
        })
        {
            using var answer = await app.PostAsync(path, body);
            RequireRefused(answer, path);
        }

        Gated.Gate.Set();
        using var first = await inside;
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var second = await queued;
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        static void RequireRefused(HttpResponseMessage answer, string path)
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests), path);
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero), path);
        }
    }
}
