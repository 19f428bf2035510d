using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Serving;

namespace MLOps.AspNetCore.Tests;

/// <summary>A whole application on a store in memory, reached without a network.</summary>
internal sealed class TestApp(WebApplication app) : IAsyncDisposable
{
    public const string Model = "scaled";

    public HttpClient Client { get; } = app.GetTestClient();

    public IServiceProvider Services => app.Services;

    public static async Task<TestApp> StartAsync(Action<MLOpsBuilder>? configure = null, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddMLOps(o =>
        {
            Declare(o.UseMemory());
            configure?.Invoke(o);
        });
        services?.Invoke(builder.Services);
        builder.Services.AddHealthChecks().AddMLOps();
        var app = builder.Build();
        app.MapPredict("/predict", Model, TestJson.Default.Row, TestJson.Default.Double);
        app.MapLabels("/labels");
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = c => c.Tags.Contains("live") });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains("ready") });
        map?.Invoke(app);
        await app.StartAsync();
        return new TestApp(app);
    }

    public static MLOpsBuilder Declare(MLOpsBuilder builder) =>
        builder.AddModelType("scaled", TestJson.Default.Scaled).AddModel<Row, double>(Model);

    /// <summary>Registers versions 1, 2, … with the factors given and promotes the first.</summary>
    public async Task PromoteAsync(params double[] factors)
    {
        var registry = Services.GetRequiredService<IModelRegistry>();
        foreach (var factor in factors) await registry.RegisterAsync(Model, new Scaled(factor));
        await registry.SetAliasAsync(Model, "champion", 1);
        await Services.GetRequiredService<IModelServer>().RefreshAsync(Model);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json, string contentType = "application/json", string? eventTime = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (eventTime is not null) request.Headers.Add("Event-Time", eventTime);
        return Client.SendAsync(request);
    }

    /// <summary>The body, as JSON.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    /// <summary>Checks that a response is problem details that give nothing of the inside away, and returns its detail.</summary>
    public static async Task<string> ProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        var problem = await JsonAsync(response);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(code));
            Assert.That(text, Does.Not.Contain("   at ").And.Not.Contain("Exception").And.Not.Contain("System.").And.Not.Contain("MLOps.AspNetCore").And.Not.Contain("hunter2"));
        }

        return problem.GetProperty("detail").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
