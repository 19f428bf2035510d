using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class DescriptionTests
{
    [Test]
    public async Task Every_endpoint_stands_in_the_applications_api_description_with_its_statuses()
    {
        await using var app = await TestApp.StartAsync(
            services: s => s.AddEndpointsApiExplorer(),
            map: a =>
            {
                a.MapPredictBatch("/predict/batch", TestApp.Model, TestJson.Default.Row, TestJson.Default.Double);
                a.MapInvocations("/invocations", TestApp.Model, TestJson.Default.Row, TestJson.Default.Double);
                a.MapOpenInference("/v2", v2 => v2.Add(TestApp.Model, TestJson.Default.Row, TestJson.Default.Double));
            });
        var described = app.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items.SelectMany(g => g.Items)
            .ToDictionary(d => $"{d.HttpMethod} /{d.RelativePath?.TrimEnd('/')}", d => d.SupportedResponseTypes.Select(r => r.StatusCode).Order().ToList());
        Assert.That(described.Keys, Is.SupersetOf(new[]
        {
            "POST /predict", "POST /predict/batch", "POST /invocations", "POST /labels", "GET /v2", "GET /v2/health/live", "GET /v2/health/ready", "GET /v2/models/{model}",
            "GET /v2/models/{model}/versions/{version}/ready", "POST /v2/models/{model}/infer", "POST /v2/models/{model}/versions/{version}/infer", "GET /v2/models/stats",
        }));
        Assert.That(described["POST /predict"], Is.EqualTo(new[] { 200, 400, 413, 415, 429, 500, 503 }));
        Assert.That(described["POST /labels"], Does.Contain(204));
    }
}
