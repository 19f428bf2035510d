using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Serving;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class PredictEndpointTests
{
    [Test]
    public async Task An_answer_carries_value_model_version_id_and_route()
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(10);

        using var response = await app.PostAsync("/predict", """{"x":4.25}""", eventTime: "2012-05-01T17:00:00+02:00");
        var answer = await TestApp.JsonAsync(response);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
            Assert.That(answer.GetProperty("value").GetDouble(), Is.EqualTo(42.5));
            Assert.That(answer.GetProperty("model").GetString(), Is.EqualTo("scaled"));
            Assert.That(answer.GetProperty("version").GetInt32(), Is.EqualTo(1));
            Assert.That(PredictionId.TryParse(answer.GetProperty("id").GetString(), out _));
            Assert.That(answer.GetProperty("route").GetString(), Is.EqualTo("champion"));
            Assert.That(answer.EnumerateObject().Count(), Is.EqualTo(5));
        }
    }

    [TestCase("", "is empty")]
    [TestCase("null", "is null")]
    [TestCase("{", "not valid JSON")]
    [TestCase("""{"x":1} {"x":2}""", "not valid JSON")]
    [TestCase("{bad", "not valid JSON")]
    [TestCase("""{"x":1e999}""", "the number 1e999 (byte 6), which is beyond the range of a double")]
    [TestCase("""{"x":-1e400}""", "beyond the range")]
    [TestCase("""{"x":NaN}""", "not valid JSON at $.x (line 1, byte 6)")]
    [TestCase("""{"x":Infinity}""", "not valid JSON")]
    [TestCase("""{"x":"NaN"}""", "at $.x")]
    [TestCase("""{"x":"4"}""", "Expected there: a number.")]
    [TestCase("""{"x":1,"count":1.5}""", "Expected there: a whole number.")]
    [TestCase("""{"x":1,"count":99999999999}""", "at $.count")]
    [TestCase("""{"x":1,"name":7}""", "Expected there: a text.")]
    [TestCase("""{"x":{"y":1}}""", "at $.x")]
    [TestCase("""{}""", "leaves out 'x'")]
    [TestCase("""{"y":1}""", "leaves out 'x'")]
    [TestCase("""[{"x":1}]""", "An object with x, name, count is expected")]
    [TestCase("17", "An object with")]
    [TestCase("\"\\ud800\"", "")]
    public async Task A_body_that_is_not_the_input_is_refused_with_what_is_wrong(string body, string says)
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1);

        using var response = await app.PostAsync("/predict", body);

        Assert.That(await TestApp.ProblemAsync(response, 400, "invalid"), Does.Contain(says));
    }

    [Test]
    public async Task Bodies_made_to_hurt_are_refused()
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1);

        using var huge = await app.PostAsync("/predict", $$"""{"x":1,"name":"{{new string('a', 10 << 20)}}"}""");
        using var deep = await app.PostAsync("/predict", $"{{\"x\":{new string('[', 100_000)}");
        using var deepUnknown = await app.PostAsync("/predict", $"{{\"z\":{new string('[', 200)}{new string(']', 200)},\"x\":1}}");
        using var form = await app.PostAsync("/predict", "x=1", "application/x-www-form-urlencoded");
        using var broken = new ByteArrayContent([.. Encoding.UTF8.GetBytes("{\"x\":1,\"name\":\""), 0xFF, 0xFE, .. Encoding.UTF8.GetBytes("\"}")]) { Headers = { ContentType = new("application/json") } };
        using var notUtf8 = await app.Client.PostAsync("/predict", broken);

        Assert.That(await TestApp.ProblemAsync(huge, 413, "invalid"), Does.Contain("1048576"));
        await TestApp.ProblemAsync(deep, 400, "invalid");
        await TestApp.ProblemAsync(deepUnknown, 400, "invalid");
        Assert.That(await TestApp.ProblemAsync(form, 415, "invalid"), Does.Contain("application/json"));
        await TestApp.ProblemAsync(notUtf8, 400, "invalid");
    }

    [Test]
    public async Task A_body_without_a_length_is_stopped_at_the_limit()
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1);
        using var content = new PushedContent(3 << 20);

        using var response = await app.Client.PostAsync("/predict", content);

        await TestApp.ProblemAsync(response, 413, "invalid");
    }

    [Test]
    public async Task The_application_can_set_another_limit()
    {
        await using var app = await TestApp.StartAsync(map: a =>
            a.MapPredict("/small", TestApp.Model, TestJson.Default.Row, TestJson.Default.Double).WithMetadata(new RequestSizeLimitAttribute(16)));
        await app.PromoteAsync(1);

        using var refused = await app.PostAsync("/small", """{"x":1.00000000000000}""");
        using var taken = await app.PostAsync("/small", """{"x":1}""");

        await TestApp.ProblemAsync(refused, 413, "invalid");
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("yesterday")]
    [TestCase("2012-05-01T17:00:00")]
    [TestCase("2012-13-01T17:00:00Z")]
    [TestCase("1335884400")]
    public async Task An_event_time_that_is_none_is_refused(string time)
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1);

        using var response = await app.PostAsync("/predict", """{"x":1}""", eventTime: time);

        Assert.That(await TestApp.ProblemAsync(response, 400, "invalid"), Does.Contain("Event-Time"));
    }

    [Test]
    public async Task Without_a_version_the_caller_is_told_to_come_again_and_then_answered()
    {
        await using var app = await TestApp.StartAsync();

        using var early = await app.PostAsync("/predict", """{"x":1}""");
        await app.PromoteAsync(3);
        using var later = await app.PostAsync("/predict", """{"x":1}""");

        Assert.That(await TestApp.ProblemAsync(early, 503, "not-ready"), Does.Contain("scaled"));
        Assert.That(early.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        Assert.That((await TestApp.JsonAsync(later)).GetProperty("value").GetDouble(), Is.EqualTo(3));
    }

    [Test]
    public async Task What_a_model_refuses_is_the_callers_error_and_what_it_throws_is_not_shown()
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1);

        using var refused = await app.PostAsync("/predict", """{"x":1,"name":"refuse"}""");
        using var failed = await app.PostAsync("/predict", """{"x":1,"name":"fail"}""");
        using var unwritable = await app.PostAsync("/predict", """{"x":1,"name":"nan"}""");

        Assert.That(await TestApp.ProblemAsync(refused, 400, "invalid"), Does.Contain("not one this model knows"));
        await TestApp.ProblemAsync(failed, 500, "internal");
        await TestApp.ProblemAsync(unwritable, 500, "internal");
    }

    [Test]
    public async Task Mapping_without_a_store_or_a_model_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddMLOps(o => TestApp.Declare(o.UseMemory()));
        await using var stored = builder.Build();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => app.MapPredict("/predict", "m", TestJson.Default.Row, TestJson.Default.Double), Throws.InvalidOperationException.With.Message.Contain("AddMLOps"));
            Assert.That(() => stored.MapPredict("/predict", "m", TestJson.Default.Row, TestJson.Default.Double), Throws.InvalidOperationException.With.Message.Contain("AddModel<Row, Double>(\"m\")"));
            Assert.That(() => stored.MapPredict("/predict", TestApp.Model, TestJson.Default.Row, TestJson.Default.Row), Throws.InvalidOperationException.With.Message.Contain("with these types"));
            Assert.That(() => app.MapLabels("/labels", "other"), Throws.InvalidOperationException.With.Message.Contain("AddMLOps(\"other\""));
        }
    }

    [Test]
    public async Task The_version_changes_under_load_and_no_request_fails()
    {
        await using var app = await TestApp.StartAsync();
        await app.PromoteAsync(1, 2, 3);
        var registry = app.Services.GetRequiredService<IModelRegistry>();
        var server = app.Services.GetRequiredService<IModelServer>();
        using var stop = new CancellationTokenSource();

        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var versions = new HashSet<int>();
            while (!stop.IsCancellationRequested)
            {
                using var response = await app.PostAsync("/predict", """{"x":1}""");
                Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
                var answer = await TestApp.JsonAsync(response);
                var version = answer.GetProperty("version").GetInt32();
                Assert.That(answer.GetProperty("value").GetDouble(), Is.EqualTo(version), "the value and the version it is attributed to");
                versions.Add(version);
            }

            return versions;
        })).ToList();
        for (var move = 1; move <= 60; move++)
        {
            await registry.SetAliasAsync(TestApp.Model, "champion", 1 + move % 3);
            await server.RefreshAsync(TestApp.Model);
            using var between = await app.PostAsync("/predict", """{"x":1}""");
            Assert.That((await TestApp.JsonAsync(between)).GetProperty("version").GetInt32(), Is.EqualTo(1 + move % 3));
        }

        await stop.CancelAsync();
        var seen = (await Task.WhenAll(callers)).SelectMany(v => v).Distinct();
        Assert.That(seen, Is.EquivalentTo([1, 2, 3]));
    }

    [Test]
    public async Task Stores_under_keys_answer_from_their_own_registry()
    {
        await using var app = await TestApp.StartAsync(
            services: s => s.AddMLOps("tenant", o => TestApp.Declare(o.UseMemory())),
            map: a =>
            {
                a.MapPredict("/tenant/predict", TestApp.Model, TestJson.Default.Row, TestJson.Default.Double, "tenant");
                a.MapLabels("/tenant/labels", "tenant");
            });
        await app.PromoteAsync(2);
        var registry = app.Services.GetRequiredKeyedService<IModelRegistry>("tenant");
        await registry.RegisterAsync(TestApp.Model, new Scaled(100));
        await registry.SetAliasAsync(TestApp.Model, "champion", 1);
        await app.Services.GetRequiredKeyedService<IModelServer>("tenant").RefreshAsync(TestApp.Model);

        using var ours = await app.PostAsync("/predict", """{"x":1}""");
        using var theirs = await app.PostAsync("/tenant/predict", """{"x":1}""");
        var id = (await TestApp.JsonAsync(theirs)).GetProperty("id").GetString();
        using var label = await app.PostAsync("/tenant/labels", $$"""{"id":"{{id}}","value":1}""");
        using var strange = await app.PostAsync("/labels", $$"""{"id":"{{id}}","value":1}""");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await TestApp.JsonAsync(ours)).GetProperty("value").GetDouble(), Is.EqualTo(2));
            Assert.That((await TestApp.JsonAsync(theirs)).GetProperty("value").GetDouble(), Is.EqualTo(100));
            Assert.That(label.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(strange.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    /// <summary>JSON that goes on and on without saying how long it is.</summary>
    private sealed class PushedContent : HttpContent
    {
        private readonly int _length;

        public PushedContent(int length)
        {
            _length = length;
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chunk = Encoding.UTF8.GetBytes(new string(' ', 4096));
            for (var sent = 0; sent < _length; sent += chunk.Length) await stream.WriteAsync(chunk);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
