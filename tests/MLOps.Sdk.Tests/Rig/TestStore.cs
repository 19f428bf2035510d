using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Storage;
using MLOps.Storage.Chunks;
using MLOps.Storage.Folder;
using MLOps.Storage.Memory;
using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;
using MLOps.Testing;

namespace MLOps;

/// <summary>A whole store for the tests of a room: its three seams, and the lower rooms on them. Deleted at the end.</summary>
sealed class TestStore : IAsyncDisposable
{
    private readonly RelationalStore? _relational;

    public TestStore(Backend backend, Func<IStreamStore, IStreamStore>? streams = null, Func<IRecordStore, IRecordStore>? records = null, MetricLogOptions? options = null)
    {
        Blobs = backend == Backend.Memory ? new MemoryBlobStore() : new FolderBlobStore(BlobFolder);
        if (backend == Backend.Memory)
        {
            Records = new MemoryRecordStore();
            Streams = new MemoryStreamStore();
        }
        else
        {
            var file = Path.Combine(Folder, "store.db");
            _relational = new RelationalStore(new SqliteDataSource(file), new SqliteDialect(file), TimeProvider.System);
            Records = _relational;
            Streams = _relational;
        }

        Records = records?.Invoke(Records) ?? Records;
        Streams = streams?.Invoke(Streams) ?? Streams;
        Content = new ContentStore(Blobs);
        Writer = new MLOps.Records.RecordWriter(Records, new Tester(), Time);
        Chunks = new ChunkStore(Blobs);
        Datasets = NewDatasets();
        Tracker = NewTracker(options);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlops-room-").FullName;

    public string BlobFolder => Path.Combine(Folder, "blobs");

    public ManualTimeProvider Time { get; } = new();

    public IBlobStore Blobs { get; }

    public IRecordStore Records { get; }

    public IStreamStore Streams { get; }

    public ContentStore Content { get; }

    public MLOps.Records.RecordWriter Writer { get; }

    public ChunkStore Chunks { get; }

    public IDatasetStore Datasets { get; }

    public ExperimentTracker Tracker { get; }

    /// <summary>Another tracker on the same store, as another process has it.</summary>
    public ExperimentTracker NewTracker(MetricLogOptions? options = null) =>
        new(Writer, Streams, Content, new TrackingOptions { Metrics = (options ?? new MetricLogOptions()).Checked() }, NullLogger<ExperimentTracker>.Instance);

    /// <summary>Another dataset store on the same store, as another process has it.</summary>
    public IDatasetStore NewDatasets(IBlobStore? blobs = null, Compression compression = Compression.Zlib, string? cache = null) =>
        new DatasetStore(Writer, NewFiles(blobs, compression, cache));

    public DatasetFiles NewFiles(IBlobStore? blobs = null, Compression compression = Compression.Zlib, string? cache = null) =>
        new(new ChunkStore(blobs ?? Blobs), new DataOptions { Compression = compression }, cache);

    public DatasetUpkeep NewUpkeep(IBlobStore? blobs = null) => new(Writer, NewFiles(blobs));

    public DatasetTransfer NewTransfer(IBlobStore? blobs = null) => new(Writer, NewFiles(blobs));

    /// <summary>A file under the store's folder, with its folders.</summary>
    public string File(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Flips a bit in the middle of stored content, behind the store's back.</summary>
    public void Damage(Digest digest)
    {
        var file = Directory.GetFiles(BlobFolder, digest.Hex, SearchOption.AllDirectories).Single();
        var bytes = System.IO.File.ReadAllBytes(file);
        Write(file, bytes, bytes.Length / 2);
    }

    /// <summary>Flips a bit of a chunk, behind the store's back, and gives the key of its pack.</summary>
    public async Task<string> DamageChunkAsync(Digest id)
    {
        var chunks = new ChunkStore(Blobs);
        var place = await chunks.FindAsync(ChunkId.Of(id), default) ?? throw new InvalidOperationException($"There is no chunk {id}.");
        var pack = chunks.Index.Pack(place.Pack);
        var file = Directory.GetFiles(BlobFolder, $"{pack.Name}.pack", SearchOption.AllDirectories).Single();
        Write(file, System.IO.File.ReadAllBytes(file), (int)place.Offset + (place.Stored / 2));
        return pack.Key;
    }

    private static void Write(string file, byte[] bytes, int flip)
    {
        bytes[flip] ^= 1;
        System.IO.File.SetAttributes(file, FileAttributes.Normal);
        System.IO.File.WriteAllBytes(file, bytes);
    }

    public async Task<List<Record>> AllAsync(string collection)
    {
        var page = await Records.QueryAsync(new RecordQuery(collection) { Size = 10_000 });
        return [.. page.Records];
    }

    public async ValueTask DisposeAsync()
    {
        await Tracker.DisposeAsync();
        if (_relational is not null) await _relational.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class Tester : IActorProvider
    {
        public string Actor => "tester";
    }
}
