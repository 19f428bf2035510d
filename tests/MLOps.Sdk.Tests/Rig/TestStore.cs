using Microsoft.Extensions.Logging.Abstractions;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Storage;
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
        Datasets = new DatasetStore(Writer, Content, Blobs);
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

    public IDatasetStore Datasets { get; }

    public ExperimentTracker Tracker { get; }

    /// <summary>Another tracker on the same store, as another process has it.</summary>
    public ExperimentTracker NewTracker(MetricLogOptions? options = null) =>
        new(Writer, Streams, Content, new TrackingOptions { Metrics = (options ?? new MetricLogOptions()).Checked() }, NullLogger<ExperimentTracker>.Instance);

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
        bytes[bytes.Length / 2] ^= 1;
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
