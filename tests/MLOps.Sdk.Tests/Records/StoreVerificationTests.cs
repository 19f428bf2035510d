using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Tests.Monitoring;
using LineModel = MLOps.Tests.Monitoring.LineModel;

namespace MLOps.Records;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StoreVerificationTests
{
    private readonly MemoryBlobStore _blobs = new();
    private readonly RawRecords _records = new();
    private readonly MemoryStreamStore _streams = new();

    private StoreParts Parts => new(_blobs, _records, _streams);

    [SetUp]
    public async Task SetUp()
    {
        await using var mlops = MLOpsClient.Create(configure: o => o
            .Use<IBlobStore>(_ => _blobs).Use<IRecordStore>(_ => _records).Use<IStreamStore>(_ => _streams)
            .AddModelType("line", LineJson.Default.LineModel));
        await mlops.Datasets.CommitAsync("sales", DatasetChange.Edit().PutText("a.csv", "1,2,3"));
        await using var run = await mlops.Experiment("demand").Run("first").StartAsync();
        run.Log(run.Metric("loss"), 1, 1);
        await run.CompleteAsync();
        for (var i = 0; i < 3; i++) await mlops.Models.RegisterAsync("line", new LineModel { Slope = i });
        await mlops.Models.SetAliasAsync("line", "champion", 2);
    }

    [Test]
    public async Task A_sound_store_has_no_problems_and_all_of_it_was_read()
    {
        var told = await StoreVerification.RunAsync(Parts);
        Assert.Multiple(async () =>
        {
            Assert.That(told.Problems, Is.Empty);
            Assert.That(told.Blobs, Is.EqualTo(await _blobs.ListAsync("").CountAsync()).And.Positive);
            Assert.That(told.Bytes, Is.EqualTo(await _blobs.ListAsync("").Select(b => b.Length).SumAsync()));
            Assert.That(told.Streams, Is.EqualTo(1));
            Assert.That(told.Pins, Is.Positive);
            Assert.That(told.AuditEntries, Is.EqualTo(4));
            Assert.That(told.Records, Is.GreaterThan(told.Pins + told.AuditEntries));
        });
    }

    [TestCase("cas/")]
    [TestCase("chunks/packs/")]
    public async Task A_changed_blob_is_named(string prefix)
    {
        var blob = await _blobs.ListAsync(prefix).FirstAsync();
        await _blobs.DeleteAsync(blob.Key);
        await _blobs.WriteAsync(blob.Key, new MemoryStream(new byte[blob.Length]));
        await AssertProblemAsync("blob-damaged", blob.Key);
    }

    [Test]
    public async Task A_missing_blob_is_named_with_those_who_need_it()
    {
        var blob = await _blobs.ListAsync("cas/").FirstAsync();
        await _blobs.DeleteAsync(blob.Key);
        var told = await StoreVerification.RunAsync(Parts);
        Assert.That(told.Problems, Is.Not.Empty);
        Assert.That(told.Problems.Select(p => (p.Kind, p.Subject)).Distinct(), Is.EqualTo(new[] { ("blob-missing", blob.Key) }));
        Assert.That(told.Problems[0].Message, Does.Match("run|model"));
    }

    [TestCase("{ \"half\":")]
    [TestCase("{} {}")]
    [TestCase("\"\\u0000\"")]
    public async Task A_record_that_is_no_json_any_more_is_named(string text)
    {
        _records.Replace(new("runs", (await AnyAsync("runs")).Key.Id), text);
        await AssertProblemAsync("record-damaged", $"runs/{(await AnyAsync("runs")).Key.Id}");
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("{\"blob\":\"../../etc/passwd\"}")]
    [TestCase("{\"blob\":7}")]
    public async Task A_pin_that_names_no_blob_is_named(string text)
    {
        var pin = (await AnyAsync("pins")).Key;
        _records.Replace(pin, text);
        await AssertProblemAsync("record-damaged", pin.ToString());
    }

    [Test]
    public async Task A_stream_with_a_gap_is_named()
    {
        var told = await StoreVerification.RunAsync(Parts with { Streams = new Gap(_streams) });
        Assert.That(told.Problems.Select(p => p.Kind), Is.EqualTo(new[] { "stream-damaged" }));
    }

    [Test]
    public async Task All_problems_are_told_not_only_the_first()
    {
        foreach (var blob in await _blobs.ListAsync("").ToListAsync()) await _blobs.DeleteAsync(blob.Key);
        var run = await AnyAsync("runs");
        _records.Replace(run.Key, "no json");
        var kinds = (await StoreVerification.RunAsync(Parts)).Problems.Select(p => p.Kind).ToList();
        Assert.That(kinds, Does.Contain("record-damaged").And.Contain("blob-missing"));
        Assert.That(kinds.Count(k => k == "blob-missing"), Is.GreaterThan(2));
    }

    [Test]
    public async Task A_flipped_bit_in_a_pack_is_named()
    {
        var blob = await _blobs.ListAsync("chunks/packs/").FirstAsync();
        await using (var content = await _blobs.OpenAsync(blob.Key))
        {
            var bytes = new byte[blob.Length];
            await content.ReadExactlyAsync(bytes);
            bytes[10] ^= 1;
            await _blobs.DeleteAsync(blob.Key);
            await _blobs.WriteAsync(blob.Key, new MemoryStream(bytes));
        }

        var told = await StoreVerification.RunAsync(Parts);
        Assert.That(told.Problems.Select(p => (p.Kind, p.Subject)).Distinct(), Is.EqualTo(new[] { ("blob-damaged", blob.Key) }));
    }

    private async Task AssertProblemAsync(string kind, string subject) =>
        Assert.That((await StoreVerification.RunAsync(Parts)).Problems.Select(p => (p.Kind, p.Subject)), Is.EqualTo(new[] { (kind, subject) }));

    private async Task<Record> AnyAsync(string collection) => (await _records.QueryAsync(new(collection))).Records[0];

    /// <summary>Records that somebody can change behind the seam's rules.</summary>
    private sealed class RawRecords : IRecordStore, IRecordScan
    {
        private readonly MemoryRecordStore _inner = new();
        private readonly Dictionary<RecordKey, byte[]> _replaced = [];

        public void Replace(RecordKey key, string text) => _replaced[key] = Encoding.UTF8.GetBytes(text);

        public async ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => Shown(await _inner.GetAsync(key, cancellationToken));

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => _inner.QueryAsync(query, cancellationToken);

        public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => _inner.CommitAsync(commit, cancellationToken);

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) => _inner.WatchAsync(after, collections, cancellationToken);

        public async ValueTask<RecordScanPage> ScanAsync(long after, CancellationToken cancellationToken = default)
        {
            var page = await _inner.ScanAsync(after, cancellationToken);
            return page with { Changes = [.. page.Changes.Select(c => c with { Record = Shown(c.Record) })] };
        }

        private Record? Shown(Record? record) => record is not null && _replaced.TryGetValue(record.Key, out var bytes) ? record with { Json = bytes } : record;
    }

    /// <summary>Streams whose first block is gone.</summary>
    private sealed class Gap(IStreamStore inner) : IStreamStore
    {
        public ValueTask AppendAsync(IReadOnlyList<StreamAppend> appends, CancellationToken cancellationToken = default) => inner.AppendAsync(appends, cancellationToken);

        public IAsyncEnumerable<StreamBlock> ReadAsync(string stream, long from = 0, CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<StreamBlock>();

        public ValueTask<StreamInfo?> StatAsync(string stream, CancellationToken cancellationToken = default) => inner.StatAsync(stream, cancellationToken);

        public IAsyncEnumerable<StreamInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

        public ValueTask TruncateAsync(string stream, long before, CancellationToken cancellationToken = default) => inner.TruncateAsync(stream, before, cancellationToken);
    }
}
