using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Benchmarks.Ratios;
using MLOps.Models;

namespace MLOps.Benchmarks.References;

/// <summary>A web server in a process of its own, so that the processor time it takes is its alone: with this library, or a bare minimal API that does the same.</summary>
internal static class BenchServer
{
    /// <param name="kind"><c>bare</c> or <c>mlops</c>.</param>
    /// <param name="folder">For the store.</param>
    public static async Task<int> RunAsync(string kind, string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, BenchHttpJson.Default));
        if (kind == "mlops")
        {
            builder.Services.AddMLOps(o => o.AddModelType("bench", BenchJson.Default.BenchModel).AddModelType("vector", BenchHttpJson.Default.BenchVector)
                .AddModel<BenchRow, double>("bench").AddModel<float[], float>("vector"));
            builder.Services.Configure<MLOpsOptions>(o => o.Folder = folder);
        }

        await using var app = builder.Build();
        if (kind == "mlops") await MapAsync(app);
        else MapBare(app);
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        // Its parent closes the input to end it.
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static async Task MapAsync(WebApplication app)
    {
        var registry = app.Services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("bench", new BenchModel([1, 2, 3, 4]));
        await registry.SetAliasAsync("bench", "champion", 1);
        await registry.RegisterAsync("vector", new BenchVector(0.5f));
        await registry.SetAliasAsync("vector", "champion", 1);
        app.MapPredict("/predict", "bench", BenchHttpJson.Default.BenchRow, BenchHttpJson.Default.Double);
        app.MapOpenInference("/v2", v2 => v2.Add("vector", BenchHttpJson.Default.SingleArray, BenchHttpJson.Default.Single));
    }

    private static void MapBare(WebApplication app)
    {
        BenchModel bench = new BenchModel([1, 2, 3, 4]);
        var vector = new BenchVector(0.5f);
        app.MapPost("/predict", (BenchRow row) => new BareAnswer(bench.Predict(row)));
        app.MapPost("/v2/models/vector/infer", (BareRequest request) =>
        {
            var input = request.Inputs[0];
            return new BareResponse("vector", "1", request.Id, [new("prediction", "FP32", [input.Shape[0]], [vector.Predict(input.Data)])]);
        });
    }
}
