using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Storage.Folder;
using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Storage.Decorators;

public sealed class DecoratorRegistrationTests
{
    [Test]
    public async Task Decorators_stand_in_the_order_they_were_added_around_the_embedded_store_too()
    {
        using var folder = new TemporaryFolder();
        var plan = new FaultPlan();
        var mlops = MLOpsClient.Create(folder.At("store"), o => o
            .AddFaults(plan)
            .AddBlobCache(c => c.Folder = folder.At("cache"))
            .AddBlobEncryption(e => (e.KeyId, e.Key) = ("k", (_, _) => new(new byte[32])))
            .AddStorageRetry(r => (r.Delay, r.MaxDelay) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)))
            .AddStorageMetering());
        await using (mlops)
        {
            plan.Add(new(StorageCall.RecordCommit, 1, FaultKind.FailAfter)).Add(new(StorageCall.BlobWrite, 1, FaultKind.FailBefore));
            var version = await mlops.Datasets.CommitAsync("sales", DatasetChange.Edit().PutText("a.csv", "some words in a file"));
            Assert.That(await mlops.Datasets.OpenAsync(version, "a.csv").TextAsync(), Is.EqualTo("some words in a file"));
            Assert.That(mlops.Services.Get<IBlobStore>(), Is.TypeOf<MeteredBlobStore>());
        }

        Assert.Multiple(() =>
        {
            Assert.That(plan.Happened, Has.Count.EqualTo(2));
            foreach (var part in new[] { "cache", "store/blobs" })
            {
                var files = Directory.GetFiles(folder.At(part), "*", SearchOption.AllDirectories);
                Assert.That(files, Is.Not.Empty);
                Assert.That(files.Select(File.ReadAllText), Has.None.Contains("words"), part);
            }
        });
    }

    [Test]
    public void Adding_the_same_kind_twice_wraps_once_also_in_two_calls_of_AddMLOps()
    {
        var made = 0;
        var services = new ServiceCollection();
        void Configure(MLOpsBuilder o) => o.UseMemory().Decorate<IBlobStore>("mine", (_, inner) =>
        {
            made++;
            return new MeteredBlobStore(inner, TimeProvider.System);
        });
        services.AddMLOps(Configure).AddMLOps(Configure);
        using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IBlobStore>(), Is.TypeOf<MeteredBlobStore>());
        Assert.That(made, Is.EqualTo(1));
    }

    [Test]
    public void A_store_under_a_key_has_decorators_of_its_own_and_one_without_stays_bare()
    {
        var services = new ServiceCollection().AddMLOps("eu", o => o.UseMemory().AddStorageMetering()).AddMLOps();
        using var provider = services.BuildServiceProvider();
        Assert.Multiple(() =>
        {
            Assert.That(provider.GetRequiredKeyedService<IBlobStore>("eu"), Is.TypeOf<MeteredBlobStore>());
            Assert.That(provider.GetRequiredKeyedService<IStreamStore>("eu"), Is.TypeOf<MeteredStreamStore>());
            Assert.That(provider.GetRequiredService<IBlobStore>(), Is.TypeOf<FolderBlobStore>());
        });
    }

    [Test]
    public void An_application_s_own_store_is_decorated_and_not_disposed()
    {
        var own = new OwnBlobs();
        var provider = new ServiceCollection().AddSingleton<IBlobStore>(own).AddMLOps(o => o.AddStorageMetering()).BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IBlobStore>(), Is.TypeOf<MeteredBlobStore>());
        provider.Dispose();
        Assert.That(own.Disposed, Is.False);
    }

    [Test]
    public void Options_that_cannot_work_are_refused_when_they_are_set()
    {
        var builder = new MLOpsBuilder(new ServiceCollection(), null);
        Assert.Multiple(() =>
        {
            Assert.Throws<MLOpsInvalidException>(() => builder.AddStorageRetry(o => o.Retries = 0));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddStorageRetry(o => o.Delay = TimeSpan.Zero));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddStorageRetry(o => o.MaxDelay = TimeSpan.FromMilliseconds(1)));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddBlobCache(_ => { }));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddBlobCache(o => (o.Folder, o.MaxBytes) = ("x", 10)));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddBlobCache(o => (o.Folder, o.WholeUpTo) = ("x", -1)));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddBlobEncryption(o => o.KeyId = "k"));
            Assert.Throws<MLOpsInvalidException>(() => builder.AddBlobEncryption(o => (o.KeyId, o.Key) = (new string('k', 65), (_, _) => default)));
        });
    }

    private sealed class OwnBlobs : IBlobStore, IDisposable
    {
        private readonly MemoryBlobStore _inner = new();

        public bool Disposed { get; private set; }

        public ValueTask<bool> WriteAsync(string key, Stream content, Digest? expected = null, CancellationToken cancellationToken = default) => _inner.WriteAsync(key, content, expected, cancellationToken);

        public ValueTask<Stream> OpenAsync(string key, BlobRange? range = null, CancellationToken cancellationToken = default) => _inner.OpenAsync(key, range, cancellationToken);

        public ValueTask<BlobInfo?> StatAsync(string key, CancellationToken cancellationToken = default) => _inner.StatAsync(key, cancellationToken);

        public ValueTask<bool> DeleteAsync(string key, CancellationToken cancellationToken = default) => _inner.DeleteAsync(key, cancellationToken);

        public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => _inner.ListAsync(prefix, cancellationToken);

        public void Dispose() => Disposed = true;
    }
}
