using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Monitoring;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Tests.Monitoring;

/// <summary>Models that are registered, answer and get labels, on memory stores and a clock moved by hand.</summary>
internal sealed class LiveWorld : IAsyncDisposable
{
    public const string Line = "line";
    private readonly MemoryRecordStore _records;
    private readonly MemoryBlobStore _blobs;
    private readonly MemoryStreamStore _streams;
    private readonly ServiceProvider _provider;
    private readonly Dictionary<int, (PredictionSink Sink, ulong Generation)> _serving = [];
    private ulong _sequence;

    public LiveWorld(Action<MLOpsBuilder>? configure = null, LiveWorld? sharing = null)
    {
        Clock = sharing?.Clock ?? new ManualTimeProvider();
        (_records, _blobs, _streams) = sharing is null ? (new(), new(), new()) : (sharing._records, sharing._blobs, sharing._streams);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Clock);
        services.AddMLOps(builder =>
        {
            builder.Use<IRecordStore>(_ => _records).Use<IBlobStore>(_ => _blobs).Use<IStreamStore>(_ => _streams);
            builder.AddModelType("line", LineJson.Default.LineModel);
            configure?.Invoke(builder);
        });
        _provider = services.BuildServiceProvider();
    }

    public ManualTimeProvider Clock { get; }

    public IModelRegistry Registry => Get<IModelRegistry>();

    public IModelMonitor Monitor => Get<IModelMonitor>();

    public IDeployments Deployments => Get<IDeployments>();

    public static FeatureSchema<Point> Schema { get; } = FeatureSchema.For<Point>().Number("x", p => p.X).Category("colour", p => p.Colour);

    public T Get<T>() where T : notnull => _provider.GetRequiredService<T>();

    /// <summary>Rows x ~ N(shift, 1) with truth 2 x + N(0, 1).</summary>
    public static IReadOnlyList<Point> Rows(int seed, int count, double shift = 0, string colour = "red")
    {
        var random = new Random(seed);
        var x = Columns.Normal(random, count, shift);
        var noise = Columns.Normal(random, count);
        return [.. x.Select((v, i) => new Point(v, i % 2 == 0 ? "blue" : colour, 2 * v + noise[i]))];
    }

    public static Baseline BaselineOf(LineModel model) => Baselines.Capture(Schema, Rows(1, 5000), model.Predict, p => p.Truth);

    public async Task<ModelVersion> RegisterAsync(double slope = 2, double offset = 0, bool withBaseline = true)
    {
        var model = new LineModel { Slope = slope, Offset = offset };
        var options = new RegisterOptions();
        return await Registry.RegisterAsync(Line, model, withBaseline ? options.WithBaseline(BaselineOf(model)) : options);
    }

    public async Task<ModelVersion> RegisterChampionAsync(double slope = 2, double offset = 0)
    {
        var version = await RegisterAsync(slope, offset);
        await Registry.SetAliasAsync(Line, "champion", version.Number);
        return version;
    }

    /// <summary>Answers rows, one a minute from now on, and returns the ids.</summary>
    public async Task<IReadOnlyList<PredictionId>> PredictAsync(ModelVersion version, IReadOnlyList<Point> rows)
    {
        var log = Get<PredictionLog>();
        if (!_serving.TryGetValue(version.Number, out var serving))
        {
            var generation = await log.OpenGenerationAsync(version, "champion");
            _serving[version.Number] = serving = (log.Open(version.Model, Schema.Features), generation.ToNumber());
        }

        var model = (LineModel)await Registry.LoadAsync(version);
        var ids = new List<PredictionId>();
        for (var i = 0; i < rows.Count; i++)
        {
            var id = new PredictionId(serving.Generation, ++_sequence);
            Assert.That(serving.Sink.Post(id, model.Predict(rows[i]), Clock.GetUtcNow().AddMinutes(i).UtcTicks, Schema, rows[i]));
            ids.Add(id);
        }

        return ids;
    }

    public static IReadOnlyList<PredictionLabel> Labels(IReadOnlyList<PredictionId> ids, IReadOnlyList<Point> rows) =>
        [.. ids.Zip(rows, (id, row) => new PredictionLabel(id, row.Truth))];

    public MonitorWindow Window => new(Clock.GetUtcNow(), Clock.GetUtcNow().AddDays(7));

    /// <summary>A report with a verdict as the monitor would leave it.</summary>
    public async Task<MonitorReport> ReportAsync(ModelVersion version, MonitorVerdict verdict)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(1)); // Which of two reports is newer is told by their time, to the millisecond.
        var now = Get<RecordWriter>().Now;
        var report = new MonitorReport
        {
            Id = Guid.CreateVersion7(now).ToString("N"), Model = version.Model, Number = version.Number, From = now.AddDays(-1), To = now,
            Verdict = verdict, Summary = "As told by the test.", CreatedAt = now,
        };
        await Get<RecordWriter>().CommitAsync([MonitorReports.Of(Get<IRecordStore>()).Put(report, 0)], null, default);
        return report;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}

internal sealed record Point(double X, string? Colour, double Truth);

internal sealed class LineModel : IModel<Point, double>
{
    public double Slope { get; init; }

    public double Offset { get; init; }

    public bool IsBroken { get; init; }

    public double Predict(Point input) => IsBroken ? throw new InvalidOperationException("The model is broken.") : Slope * input.X + Offset;
}

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LineModel))]
internal sealed partial class LineJson : JsonSerializerContext;
