using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Records;
using MLOps.Serving;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps;

/// <summary>One process on a store: the rooms from Models to Serving over given seams. Two of them over the same seams are two processes.</summary>
internal sealed class StoreProcess : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public StoreProcess(Action<MLOpsBuilder>? configure = null, StoreProcess? shared = null, TimeProvider? time = null, string? key = null, IRecordStore? records = null, IBlobStore? blobs = null, IStreamStore? streams = null)
    {
        Records = records ?? shared?.Records ?? new MemoryRecordStore();
        Blobs = blobs ?? shared?.Blobs ?? new MemoryBlobStore();
        Streams = streams ?? shared?.Streams ?? new MemoryStreamStore();
        var services = new ServiceCollection();
        if (time is not null) services.AddSingleton(time);
        services.AddSingleton<ILoggerFactory>(Logs);
        var builder = new MLOpsBuilder(services, key);
        configure?.Invoke(builder);
        builder
            .Use(_ => Records).Use(_ => Blobs).Use(_ => Streams)
            .TryUse<IActorProvider>(_ => new EnvironmentActor())
            .TryUse(s => new RecordWriter(s.Get<IRecordStore>(), s.Get<IActorProvider>(), s.Time))
            .TryUse(s => new ContentStore(s.Get<IBlobStore>()))
            .TryUse(s => new Lineage(s.Get<IRecordStore>()));
        ModelsRoom.Register(builder);
        PredictionsRoom.Register(builder);
        ServingRoom.Register(builder);
        _provider = services.BuildServiceProvider();
        Services = new StoreServices(_provider, key);
    }

    public IRecordStore Records { get; }

    public IBlobStore Blobs { get; }

    public IStreamStore Streams { get; }

    public RecordedLogs Logs { get; } = new();

    public StoreServices Services { get; }

    public IModelRegistry Registry => Services.Get<IModelRegistry>();

    public PredictionLog Log => Services.Get<PredictionLog>();

    public ModelServer Server => Services.Get<ModelServer>();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
