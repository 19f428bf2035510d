using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage.Relational;
using MLOps.Storage.Sqlite;

namespace MLOps.Serving;

/// <summary>Two processes on one SQLite file and one folder: each with connections and a watch of its own.</summary>
public sealed class EmbeddedProcessesTests
{
    private TestStore _files = null!;
    private RelationalStore _second = null!;
    private TrackedFormat _format = null!;
    private StoreProcess _one = null!;
    private StoreProcess _two = null!;

    [SetUp]
    public void Open()
    {
        _files = new TestStore(Backend.Embedded);
        var file = Path.Combine(_files.Folder, "store.db");
        _second = new RelationalStore(new SqliteDataSource(file), new SqliteDialect(file), TimeProvider.System);
        _format = new TrackedFormat();
        _one = new StoreProcess(Configure, records: _files.Records, blobs: _files.Blobs, streams: _files.Streams);
        _two = new StoreProcess(Configure, records: _second, blobs: _files.Blobs, streams: _second);

        void Configure(MLOpsBuilder builder) => builder.AddModelFormat(_ => _format).AddModel<int, int>("m");
    }

    [TearDown]
    public async Task Close()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        await _second.DisposeAsync();
        await _files.DisposeAsync();
    }

    [Test]
    public async Task Sixty_four_registrations_at_once_get_the_numbers_1_to_64()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () => (await (i % 2 == 0 ? _one : _two).Registry.RegisterAsync("m", i)).Number)));
        Assert.That(numbers.Order(), Is.EqualTo(Enumerable.Range(1, 64)));
    }

    [Test]
    public async Task A_model_is_swapped_when_the_other_process_moves_its_alias_and_labels_find_its_predictions()
    {
        await _one.Registry.RegisterAsync("m", 10);
        await _one.Registry.RegisterAsync("m", 20);
        await _one.Registry.SetAliasAsync("m", "champion", 1);
        var predictor = await _one.Server.GetAsync<int, int>("m");
        var first = predictor.Predict(0);
        await _two.Registry.SetAliasAsync("m", "champion", 2);
        using var hang = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (predictor.Predict(0).Version != 2)
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await _one.Log.FlushAsync();
        await _two.Log.AddLabelsAsync([new(first.Id, 5)]);
        var labels = new List<double>();
        await foreach (var batch in _two.Log.ReadAsync("m", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, withLabels: true))
            if (batch.Number == 1) labels.AddRange(batch.Labels!);
        Assert.That(labels[0], Is.EqualTo(5));
        Assert.That(labels.Skip(1), Has.All.NaN);
        Assert.That((await _two.Registry.RollbackAsync("m", "champion", new() { Reason = "worse" })).Number, Is.EqualTo(1));
        Assert.That((await _one.Registry.SetAliasAsync("m", "champion", 2)).Number, Is.EqualTo(2));
    }
}
