using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Data;
using MLOps.Experiments;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelArchiveTests : IAsyncDisposable
{
    private readonly StoreProcess _from = Open(), _to = Open();

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Test]
    public async Task A_model_arrives_whole_under_the_receivers_own_numbers()
    {
        var (first, second) = await LifeAsync();
        await _to.Registry.RegisterAsync("demand", new LineModel(7, 7));
        var imports = await ImportAsync(await ExportAsync());

        var version = await _to.Registry.ResolveAsync("demand/3");
        var model = (LineModel)await _to.Registry.LoadAsync(version);
        var why = await _to.Services.Get<Lineage>().GraphAsync(version.ToRef(), LineageDirection.Upstream);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(imports.Select(i => (i.OriginNumber, i.Number)), Is.EqualTo([(1, 2), (2, 3)]));
            Assert.That((version.Digest, version.RunId, version.Metrics["rmse"], version.Tags["owner"]), Is.EqualTo((second.Digest, second.RunId, 2.0, "ana")));
            Assert.That(model, Is.EqualTo(new LineModel(2, 0)));
            Assert.That(await (_to.Registry.OpenAsync(version, "notes.txt")).TextAsync(), Is.EqualTo("read me"));
            Assert.That(why.OfKind(EntityRef.RunKind), Is.EqualTo([EntityRef.Run(first.RunId!)]));
            Assert.That(why.OfKind(EntityRef.DatasetKind), Is.EqualTo([EntityRef.Dataset(first.DatasetVersions[0])]));
            Assert.That(why.OfKind("origin").Single().Id, Does.StartWith("demand/2#"));
            Assert.That(imports[1].OriginCreatedBy, Is.EqualTo(second.CreatedBy));
        }
    }

    [Test]
    public async Task Nothing_that_the_other_store_decided_is_decided_here()
    {
        await LifeAsync();
        var imports = await ImportAsync(await ExportAsync());

        Assert.That(await CountAsync(_to.Registry.AliasesAsync("demand")), Is.Zero);
        Assert.That(await CountAsync(_to.Registry.VerdictsAsync("demand", 1)) + await CountAsync(_to.Registry.VerdictsAsync("demand", 2)), Is.Zero);
        using var history = JsonDocument.Parse(await _to.Services.Get<ContentStore>().ReadAsync(imports[0].History.Digest, default));
        Assert.That(history.RootElement.GetProperty("verdicts")[0].GetProperty("message").GetString(), Is.EqualTo("It is better."));
        Assert.That(history.RootElement.GetProperty("moves")[0].GetProperty("reason").GetString(), Is.EqualTo("the first"));
        Assert.That(history.RootElement.GetProperty("runs")[0].GetProperty("name").GetString(), Is.EqualTo("ridge"));
        Assert.That(await _to.Services.Get<AuditChain>().VerifyAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task The_same_file_twice_changes_nothing()
    {
        await LifeAsync();
        var archive = await ExportAsync();
        var first = await ImportAsync(archive);
        var before = await StateAsync(_to);
        var second = await ImportAsync(archive);

        Assert.That(second, Is.EqualTo(first));
        Assert.That(await StateAsync(_to), Is.EqualTo(before));
    }

    [Test]
    public async Task What_comes_home_changes_nothing_and_keeps_its_origin_on_the_way()
    {
        await LifeAsync();
        await ImportAsync(await ExportAsync(), model: "elsewhere");
        await using var third = Open();
        using var again = new MemoryStream();
        await _to.Services.Get<ModelArchives>().ExportAsync("elsewhere", again);
        var onward = await third.Services.Get<ModelArchives>().ImportAsync(new MemoryStream(again.ToArray()), new() { Model = "third" });
        var before = await StateAsync(_from);
        var home = await _from.Services.Get<ModelArchives>().ImportAsync(new MemoryStream(again.ToArray()), new() { Model = "demand" });

        Assert.That(onward.Select(i => (i.OriginModel, i.OriginNumber)), Is.EqualTo([("demand", 1), ("demand", 2)]));
        Assert.That(home.Select(i => i.Number), Is.EqualTo([1, 2]));
        Assert.That(await StateAsync(_from), Is.EqualTo(before));
    }

    [Test]
    public async Task The_same_facts_give_the_same_bytes_and_any_tar_can_read_them()
    {
        await LifeAsync();
        var (one, two) = (await ExportAsync(), await ExportAsync());
        var names = new List<string>();
        using var tar = new TarReader(new MemoryStream(one));
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
            if (!entry.Name.StartsWith("blobs/", StringComparison.Ordinal)) continue;
            Assert.That((await Digest.OfAsync(entry.DataStream!)).Hex, Is.EqualTo(entry.Name[6..]));
        }

        Assert.That(two, Is.EqualTo(one));
        Assert.That(names.Take(2), Is.EqualTo(["manifest.sha256", "manifest.json"]));
        Assert.That(names, Has.Count.EqualTo(5), "two models and one note that both share");
    }

    [Test]
    public async Task Chosen_versions_travel_alone_and_one_that_is_not_there_is_named()
    {
        await LifeAsync();
        var imports = await ImportAsync(await ExportAsync(2));

        Assert.That(imports.Select(i => (i.OriginNumber, i.Number)), Is.EqualTo([(2, 1)]));
        Assert.That(async () => await ExportAsync(9), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("no version 9"));
        Assert.That(async () => await _from.Services.Get<ModelArchives>().ExportAsync("nothing", Stream.Null), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public async Task An_archive_cut_off_anywhere_or_with_a_flipped_bit_imports_nothing()
    {
        await LifeAsync();
        var archive = await ExportAsync();
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var cut = archive[..random.Next(archive.Length)];
            Assert.That(async () => await ImportAsync(cut), Throws.InstanceOf<MLOpsException>(), $"cut at {cut.Length} of {archive.Length}");
            var flipped = archive.ToArray();
            var bit = random.Next(archive.Length * 8);
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(async () => await ImportAsync(flipped), Throws.InstanceOf<MLOpsException>(), $"bit {bit}");
        }

        Assert.That(async () => await ImportAsync([.. archive, 0]), Throws.InstanceOf<MLOpsException>(), "something follows");
        Assert.That(await CountAsync(_to.Registry.ListAsync()), Is.Zero);
        Assert.That((await _to.Records.QueryAsync(new(Collections.Pins))).Records, Is.Empty);
    }

    [TestCase("../../etc/passwd")]
    [TestCase("/etc/passwd")]
    [TestCase("a\\b")]
    [TestCase("")]
    public async Task A_path_that_would_leave_its_folder_is_refused(string path)
    {
        await LifeAsync();
        var hostile = Remade(await ExportAsync(), m => m.Replace("\"notes.txt\"", JsonSerializer.Serialize(path), StringComparison.Ordinal));
        Assert.That(async () => await ImportAsync(hostile), Throws.TypeOf<MLOpsInvalidException>());
    }

    [TestCase("\"format\":1", "\"format\":2", "has format 2")]
    [TestCase("\"model\":\"demand\"", "\"model\":\"de/mand\"", "model name")]
    [TestCase("\"number\":2", "\"number\":1", "not in order")]
    [TestCase("\"blobs\":[{", "\"blobs\":[{\"digest\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"length\":1},{", "blobs that no version names")]
    [TestCase("\"owner\"", "\"a/../b\"", "tag")]
    [TestCase("\"format\":\"json\"", "\"format\":\"folder\"", "the archive was changed")]
    [TestCase("\"originNumber\":1", "\"originNumber\":0", "origin")]
    [TestCase("\"versions\":[", "\"versions\":[{},", "cannot be read")]
    [TestCase("{\"format\"", "[{\"format\"", "cannot be read")]
    public async Task A_manifest_that_breaks_a_rule_is_refused(string part, string by, string says)
    {
        await LifeAsync();
        var hostile = Remade(await ExportAsync(), m => m.Replace(part, by, StringComparison.Ordinal));
        Assert.That(async () => await ImportAsync(hostile), Throws.InstanceOf<MLOpsException>().With.Message.Contains(says));
        Assert.That(await CountAsync(_to.Registry.ListAsync()), Is.Zero);
    }

    [Test]
    public async Task A_length_that_is_only_claimed_costs_no_memory_and_one_beyond_the_limit_is_refused()
    {
        await LifeAsync();
        var archive = await ExportAsync();
        var claimed = archive.ToArray();
        new TarHeader(ArchiveReader.ManifestName, ArchiveReader.MaxManifest).Write().CopyTo(claimed, 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(async () => await ImportAsync(claimed), Throws.InstanceOf<MLOpsException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
        new TarHeader(ArchiveReader.ManifestName, ArchiveReader.MaxManifest + 1).Write().CopyTo(claimed, 1024);
        Assert.That(async () => await ImportAsync(claimed), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("at most"));
        Assert.That(async () => await _to.Services.Get<ModelArchives>().ImportAsync(new MemoryStream(archive), new() { MaxBytes = 10 }), Throws.TypeOf<MLOpsRejectedException>());
    }

    [TestCase(0)]
    [TestCase(511)]
    [TestCase((1L << 33) - 1)]
    [TestCase(1L << 33)]
    [TestCase(1L << 45)]
    public void A_header_of_any_length_reads_back(long length)
    {
        var header = new TarHeader("blobs/x", length);
        Assert.That(TarHeader.Read(header.Write()), Is.EqualTo(header));
    }

    [Test]
    public async Task Racing_imports_of_one_file_give_each_version_once()
    {
        await LifeAsync();
        var archive = await ExportAsync();
        await using var other = Open(_to);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
            await (i % 2 == 0 ? _to : other).Services.Get<ModelArchives>().ImportAsync(new MemoryStream(archive)))));

        Assert.That(all.SelectMany(i => i).Select(i => (i.OriginNumber, i.Number)).Distinct(), Is.EquivalentTo([(1, 1), (2, 2)]));
        Assert.That(await CountAsync(_to.Registry.VersionsAsync("demand")), Is.EqualTo(2));
    }

    private static StoreProcess Open(StoreProcess? shared = null) => new(b => b.AddModelType("line", TestModelsJson.Default.LineModel), shared);

    private async Task<(ModelVersion First, ModelVersion Second)> LifeAsync()
    {
        var data = await _from.Services.Get<IDatasetStore>().CommitAsync("rides", DatasetChange.Whole().PutText("a.csv", "a,b\n1,2\n"));
        await using var run = await _from.Services.Get<IExperimentTracker>().StartRunAsync("demand", new() { Name = "ridge", Datasets = [data] });
        await run.CompleteAsync();
        var versions = new List<ModelVersion>();
        for (var i = 1; i <= 2; i++)
            versions.Add(await _from.Registry.RegisterAsync("demand", new LineModel(i, 0), new RegisterOptions
            {
                RunId = run.Id, DatasetVersions = [data.Id], Metrics = new Dictionary<string, double> { ["rmse"] = i }, Tags = new Dictionary<string, string> { ["owner"] = "ana" },
                Attachments = new Dictionary<string, ReadOnlyMemory<byte>> { ["notes.txt"] = "read me"u8.ToArray() },
            }));
        await _from.Registry.SetAliasAsync("demand", "champion", 1, new() { Reason = "the first" });
        await _from.Registry.AddVerdictAsync(new GateVerdict
        {
            Id = Guid.CreateVersion7().ToString("N"), Gate = "better", Model = "demand", Number = 2, Digest = versions[1].Digest, Outcome = GateOutcome.Passed, Message = "It is better.", Actor = "tester", At = versions[1].CreatedAt,
        });
        return (versions[0], versions[1]);
    }

    private async Task<byte[]> ExportAsync(params int[] numbers)
    {
        using var archive = new MemoryStream();
        await _from.Services.Get<ModelArchives>().ExportAsync("demand", archive, numbers.Length == 0 ? null : numbers);
        return archive.ToArray();
    }

    private async Task<IReadOnlyList<ModelImport>> ImportAsync(byte[] archive, string? model = null) =>
        await _to.Services.Get<ModelArchives>().ImportAsync(new MemoryStream(archive), new() { Model = model });

    /// <summary>The archive with another manifest, bound by the right digest: what a forger would make.</summary>
    private static byte[] Remade(byte[] archive, Func<string, string> change)
    {
        var length = TarHeader.Read(archive.AsSpan(1024, 512))!.Value;
        var manifest = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(archive, 1536, (int)length.Length)));
        Assert.That(manifest, Is.Not.EqualTo(archive[1536..(1536 + (int)length.Length)]), "the change found nothing to change");
        using var remade = new MemoryStream();
        Put(ArchiveReader.DigestName, Encoding.ASCII.GetBytes(Digest.Of(manifest).Hex));
        Put(ArchiveReader.ManifestName, manifest);
        remade.Write(archive.AsSpan(1536 + (int)length.Length + length.Padding));
        return remade.ToArray();

        void Put(string name, byte[] bytes)
        {
            var header = new TarHeader(name, bytes.Length);
            remade.Write(header.Write());
            remade.Write(bytes);
            remade.Write(new byte[header.Padding]);
        }
    }

    private static async Task<string> StateAsync(StoreProcess store)
    {
        var state = new StringBuilder();
        foreach (var collection in new[] { Collections.Models, Collections.ModelVersions, Collections.ModelImports, Collections.Lineage, Collections.Pins, Collections.Audit, Collections.Outbox })
            foreach (var record in (await store.Records.QueryAsync(new(collection) { Size = 1000 })).Records) state.Append(record.Key).Append(' ').Append(record.Version).Append('\n');
        return state.ToString();
    }

    private static async Task<int> CountAsync<T>(IAsyncEnumerable<T> all)
    {
        var count = 0;
        await foreach (var _ in all) count++;
        return count;
    }
}
