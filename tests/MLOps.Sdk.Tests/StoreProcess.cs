using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Models;
using MLOps.Predictions;
using MLOps.Serving;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps;

/// <summary>One process on a store: the whole library over given seams, composed as in an application. Two of them over the same seams are two processes.</summary>
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
        if (key is null) services.AddMLOps(Compose);
        else services.AddMLOps(key, Compose);
        _provider = services.BuildServiceProvider();
        Services = new StoreServices(_provider, key);

        void Compose(MLOpsBuilder builder)
        {
            configure?.Invoke(builder);
            builder.Use(_ => Records).Use(_ => Blobs).Use(_ => Streams);
        }
    }

    /// <summary>The records beneath the audit chain; <see cref="Services"/> has those that rooms write to.</summary>
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
