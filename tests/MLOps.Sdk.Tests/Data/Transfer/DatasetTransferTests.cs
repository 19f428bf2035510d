namespace MLOps.Data.Transfer;

public sealed class DatasetTransferTests
{
    private TestStore _here = null!, _there = null!;

    [SetUp]
    public void Open() => (_here, _there) = (new TestStore(Backend.Embedded), new TestStore(Backend.Memory));

    [TearDown]
    public async Task Close()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Test]
    public async Task A_push_brings_branches_tags_history_and_only_what_is_missing()
    {
        var bytes = new byte[3_000_000];
        new Random(8).NextBytes(bytes);
        var first = await _here.Datasets.CommitAsync("bike", DatasetChange.Whole().Put("a", bytes).PutText("b", "1"), new() { Message = "first", Source = new() { Origin = "station", Licence = "CC0", RetrievedAt = DateTimeOffset.UnixEpoch }, CodeVersion = "abc" });
        await _here.Datasets.TagAsync(first, "v1");
        await _here.Datasets.BranchAsync(first, "side");
        var report = await Push();
        Assert.That((report.Versions, report.Bytes), Is.EqualTo((1, report.Bytes)));
        Assert.That(report.Bytes, Is.InRange(bytes.Length, bytes.Length + 20_000));

        bytes[1_500_000] ^= 1;
        var second = await _here.Datasets.CommitAsync("bike", DatasetChange.Edit().Put("a", bytes));
        report = await Push();
        Assert.That((report.Versions, report.Bytes < 600_000), Is.EqualTo((1, true)));
        Assert.That((await Push()) is { Versions: 0, Chunks: 0, Bytes: 0 }, Is.True);

        var there = _there.NewDatasets();
        foreach (var (reference, expected) in new[] { ("bike", second), ("bike@v1", first), ("bike@side", first), (first.Id, first) })
        {
            var found = await there.ResolveAsync(reference);
            Assert.That((found.Id, DatasetVersionId.Of(found)), Is.EqualTo((expected.Id, expected.Id)), reference);
        }

        await using var stream = await there.OpenAsync(second, "a");
        Assert.That(await Digest.OfAsync(stream), Is.EqualTo(Digest.Of(bytes)));
        Assert.That((await _there.NewUpkeep().VerifyAsync()) is { IsSound: true, Versions: 2 }, Is.True);
    }

    [Test]
    public async Task A_branch_over_there_only_moves_forward_and_a_diverged_one_comes_together_by_a_merge()
    {
        await _here.Datasets.CommitAsync("bike", DatasetChange.Whole().PutText("a", "1"));
        await Push();
        await _here.Datasets.CommitAsync("bike", DatasetChange.Edit().PutText("b", "2"));
        var theirs = await _there.NewDatasets().CommitAsync("bike", DatasetChange.Edit().PutText("c", "3"));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await Push());
        Assert.That((await _there.NewDatasets().ResolveAsync("bike")).Id, Is.EqualTo(theirs.Id), "nothing moved");

        // Theirs comes here under another name, is merged, and goes back.
        await _there.NewTransfer().PushAsync("bike", _here.NewTransfer(), new() { Branch = "main", As = "theirs" });
        var here = _here.NewDatasets();
        var merged = await here.MergeAsync(await here.ResolveAsync("bike@theirs"));
        await _here.NewTransfer().PushAsync("bike", _there.NewTransfer(), new() { Branch = "main" });
        var there = _there.NewDatasets();
        Assert.That((await there.ResolveAsync("bike")).Id, Is.EqualTo(merged.Id));
        Assert.That(await there.FilesAsync(merged).Select(f => f.Path).ToListAsync(), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task A_push_that_broke_off_does_not_bring_again_what_it_brought()
    {
        var bytes = new byte[80 << 20];
        new Random(8).NextBytes(bytes);
        await _here.NewDatasets(compression: MLOps.Storage.Compression.None).CommitAsync("bike", DatasetChange.Whole().Put("a", bytes));
        var writes = 0;
        var breaking = new Storage.Chunks.DyingBlobStore(_there.Blobs, call => call.StartsWith("write", StringComparison.Ordinal) && ++writes == 3);
        Assert.CatchAsync<MLOpsException>(async () => await _here.NewTransfer().PushAsync("bike", new DatasetTransfer(_there.Writer, _there.NewFiles(breaking))));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await _there.NewDatasets().ResolveAsync("bike"));
        var report = await Push();
        Assert.That(report.Bytes, Is.LessThan(20 << 20), "two packs of 32 MiB had arrived");
        Assert.That((await _there.NewUpkeep().VerifyAsync()).IsSound, Is.True);
    }

    [Test]
    public void What_does_not_exist_is_told() =>
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Push());

    private ValueTask<TransferReport> Push() => _here.NewTransfer().PushAsync("bike", _there.NewTransfer());
}
