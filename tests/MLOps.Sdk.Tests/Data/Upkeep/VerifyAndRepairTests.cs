using MLOps.Storage.Chunks;

namespace MLOps.Data.Upkeep;

/// <summary>Damage of every kind is found with version, path and bytes, and repaired from a copy.</summary>
public sealed class VerifyAndRepairTests
{
    private TestStore _store = null!, _copy = null!;
    private DatasetVersion _version = null!;
    private byte[] _big = [];
    private string _source = "";

    [SetUp]
    public async Task Open()
    {
        (_store, _copy) = (new TestStore(Backend.Embedded), new TestStore(Backend.Embedded));
        _big = new byte[900_000];
        new Random(5).NextBytes(_big);
        _source = Path.GetDirectoryName(_store.File("source/a.txt", "small"))!;
        await File.WriteAllBytesAsync(Path.Combine(_source, "big.bin"), _big);
        _version = await _store.Datasets.CommitAsync("bike", DatasetChange.Folder(_source));
        await _store.NewTransfer().PushAsync("bike", _copy.NewTransfer());
    }

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        await _copy.DisposeAsync();
    }

    [Test]
    public async Task A_sound_store_is_sound_at_every_level()
    {
        foreach (var level in Enum.GetValues<VerifyLevel>())
        {
            var report = await _store.NewUpkeep().VerifyAsync(new() { Level = level, Seed = 1, Part = 0.5 });
            Assert.That((report.IsSound, report.Versions, report.Packs), Is.EqualTo((true, 1, 1)), level.ToString());
            Assert.That(report.BytesRead, level == VerifyLevel.Full ? Is.GreaterThan(_big.Length) : Is.LessThan(_big.Length));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_flipped_bit_is_named_and_repaired(bool fromFolder)
    {
        var second = ChunkCutter.Next(_big);
        var length = ChunkCutter.Next(_big.AsSpan(second));
        var pack = await _store.DamageChunkAsync(Digest.Of(_big.AsSpan(second, length)));
        var report = await _store.NewUpkeep().VerifyAsync();
        var damage = report.Damages.Single();
        Assert.That((damage.Dataset, damage.Version, damage.Path, damage.Offset, damage.Length, damage.Blob), Is.EqualTo(("bike", _version.Id, "big.bin", (long)second, (long)length, pack)));
        Assert.That(report.DamagedPacks, Is.EqualTo(new[] { pack }));
        await RepairAsync(fromFolder);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_damaged_list_of_files_is_named_and_repaired(bool fromFolder)
    {
        await _store.DamageChunkAsync(_version.Tree);
        var damage = (await _store.NewUpkeep().VerifyAsync()).Damages.Single();
        Assert.That((damage.Version, damage.Path), Is.EqualTo((_version.Id, (string?)null)));
        await RepairAsync(fromFolder);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_truncated_pack_is_named_and_repaired(bool fromFolder)
    {
        var file = PackFiles().Single();
        File.SetAttributes(file, FileAttributes.Normal);
        using (var stream = File.OpenWrite(file)) stream.SetLength(stream.Length / 2);
        Assert.ThrowsAsync<MLOpsIntegrityException>(async () => await _store.NewDatasets().RestoreAsync(_version, Path.Combine(_store.Folder, "out")));
        foreach (var level in Enum.GetValues<VerifyLevel>())
        {
            var report = await _store.NewUpkeep().VerifyAsync(new() { Level = level });
            Assert.That(report.Damages, Is.Not.Empty, level.ToString());
            Assert.That(report.DamagedPacks, Has.Count.EqualTo(1), level.ToString());
        }

        // A process that knew the pack before knows its files, too.
        var known = (await new DatasetUpkeep(_store.Writer, new DatasetFiles(_store.Chunks, new DataOptions(), null)).VerifyAsync()).Damages;
        Assert.That(known.Select(d => d.Path), Does.Contain("big.bin").Or.Contain(null));
        await RepairAsync(fromFolder);
    }

    [Test]
    public async Task A_pack_that_vanished_is_named_and_repaired()
    {
        foreach (var file in PackFiles()) File.Delete(file);
        var damage = (await _store.NewUpkeep().VerifyAsync(new() { Level = VerifyLevel.Structure })).Damages.Single();
        Assert.That((damage.Version, damage.Reason), Is.EqualTo((_version.Id, $"The chunk {_version.Tree} is missing.")));
        await RepairAsync(fromFolder: false);
    }

    [Test]
    public async Task What_is_found_nowhere_stays_missing_and_the_next_commit_that_has_it_heals_it()
    {
        await _store.DamageChunkAsync(Digest.Of("small"));
        var empty = Directory.CreateDirectory(Path.Combine(_store.Folder, "empty")).FullName;
        var report = await _store.NewUpkeep().RepairFromFolderAsync(empty);
        Assert.That((report.Repaired, report.After.Damages.Single().Path), Is.EqualTo((0, "a.txt")));
        await _store.NewDatasets().CommitAsync("other", DatasetChange.Whole().PutText("x", "small"));
        Assert.That((await _store.NewUpkeep().VerifyAsync()).IsSound, Is.True);
    }

    [Test]
    public async Task A_missing_index_file_costs_nothing_but_time()
    {
        for (var i = 0; i < 20; i++) await _store.Datasets.CommitAsync("many", DatasetChange.Edit().PutText($"f{i}", $"{i}"));
        var index = await _store.Blobs.ListAsync(IndexFile.Prefix).ToListAsync();
        Assert.That(index, Has.Count.EqualTo(1));
        Assert.That((await _store.NewUpkeep().VerifyAsync()).IsSound, Is.True);
        await _store.Blobs.DeleteAsync(index[0].Key);
        Assert.That((await _store.NewUpkeep().VerifyAsync()).IsSound, Is.True);
        Assert.That(await _store.NewDatasets().FilesAsync(await _store.Datasets.ResolveAsync("many")).ToListAsync(), Has.Count.EqualTo(20));
    }

    private string[] PackFiles() => Directory.GetFiles(Path.Combine(_store.BlobFolder, "chunks+", "packs+"));

    private async Task RepairAsync(bool fromFolder)
    {
        var upkeep = _store.NewUpkeep();
        var report = fromFolder ? await upkeep.RepairFromFolderAsync(_source) : await upkeep.RepairAsync(_copy.NewUpkeep());
        Assert.That((report.After.IsSound, report.Repaired > 0), Is.EqualTo((true, true)));
        var data = _store.NewDatasets();
        await data.RestoreAsync(_version, Path.Combine(_store.Folder, "restored"));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(_store.Folder, "restored", "big.bin")), Is.EqualTo(_big));
        Assert.That((await _store.NewUpkeep().VerifyAsync()).IsSound, Is.True);
    }
}
