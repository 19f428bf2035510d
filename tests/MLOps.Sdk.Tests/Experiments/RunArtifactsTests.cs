using System.Text.Json;
using MLOps.Charts;
using MLOps.Statistics;

namespace MLOps.Experiments;

public sealed class RunArtifactsTests
{
    private TestStore _store = null!;

    [SetUp]
    public void Open() => _store = new TestStore(Backend.Embedded);

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Files_and_folders_are_stored_with_their_paths_and_media_types_and_again_without_harm()
    {
        _store.File("out/a.csv", "x\n1\n");
        _store.File("out/deep/b.bin", "bytes");
        var folder = Path.Combine(_store.Folder, "out");
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await run.AddFolderAsync(folder);
        await run.AddFolderAsync(folder);
        await run.AddFileAsync(Path.Combine(folder, "a.csv"), "table.csv");
        await run.CompleteAsync();
        var known = await _store.Tracker.GetRunAsync(run.Id);
        Assert.That(known.Artifacts.Select(a => (a.Path, a.MediaType)), Is.EqualTo(new[] { ("out/a.csv", "text/csv"), ("out/deep/b.bin", "application/octet-stream"), ("table.csv", "text/csv") }));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.AddFolderAsync(Path.Combine(folder, "none")));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.AddFileAsync(Path.Combine(folder, "none")));
    }

    [Test]
    public async Task Figures_tables_and_texts_have_previews_and_other_bytes_have_none()
    {
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await run.AddFigureAsync("loss.svg", new LineChart { Title = "<loss>", Series = [LineSeries.Of("a", [1, 2])] });
        await run.AddTableAsync("t.csv", ["a", "b"], [["1", "x,\"y\""], ["2", ""]]);
        await run.AddTextAsync("notes.md", new string('x', 300_000));
        await run.AddArtifactAsync("m.bin", new MemoryStream([0, 1]));
        Assert.Multiple(async () =>
        {
            Assert.That(await PreviewAsync("loss.svg"), Does.StartWith("<svg").And.Contains("&lt;loss&gt;"));
            Assert.That(await PreviewAsync("t.csv"), Is.EqualTo("a,b\r\n1,\"x,\"\"y\"\"\"\r\n2,\r\n"));
            Assert.That(await PreviewAsync("notes.md"), Has.Length.EqualTo(RunArtifacts.LongestPreview));
            Assert.That(await PreviewAsync("m.bin"), Is.Null);
        });
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.AddTableAsync("t2.csv", ["a"], [["1", "2"]]));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.AddTableAsync("t.txt", ["a"], []));
        await run.CompleteAsync();

        async Task<string?> PreviewAsync(string path) => await _store.Tracker.PreviewArtifactAsync(run.Id, path);
    }

    [Test]
    public async Task A_confusion_matrix_is_numbers_and_a_picture()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add([0, 1, 2, 2], [0, 2, 2, 2]);
        await using var run = await _store.Tracker.StartRunAsync("demand");
        await run.AddConfusionMatrixAsync("eval/confusion", matrix, ["cat", "dog", "<script>"]);
        using var json = JsonDocument.Parse((await _store.Tracker.PreviewArtifactAsync(run.Id, "eval/confusion.json"))!);
        Assert.That(json.RootElement.GetProperty("rows").ToString(), Is.EqualTo("[[1,0,0],[0,0,1],[0,0,2]]"));
        Assert.That(await _store.Tracker.PreviewArtifactAsync(run.Id, "eval/confusion.svg"), Does.StartWith("<svg").And.Contains("cat").And.Not.Contain("<script>"));
        Assert.ThrowsAsync<MLOpsInvalidException>(async () => await run.AddConfusionMatrixAsync("c", matrix, ["a"]));
        await run.CompleteAsync();
    }

    [Test]
    public async Task A_ROC_curve_has_its_exact_area_however_long_it_is()
    {
        // sklearn.metrics.roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.75
        var (x, y, area) = RocCurve.Of([false, false, true, true], [0.1, 0.4, 0.35, 0.8], 500);
        Assert.That((x, y, area), Is.EqualTo((new[] { 0, 0, 0.5, 0.5, 1 }, new[] { 0, 0.5, 0.5, 1, 1 }, 0.75)));
        Assert.That(RocCurve.Of([true, false, true], [1, 1, 1], 500).Area, Is.EqualTo(0.5), "ties are one threshold");
        var random = new Random(2);
        var truths = Enumerable.Range(0, 20_000).Select(_ => random.Next(2) == 0).ToArray();
        var scores = truths.Select(t => random.NextDouble() + (t ? 0.3 : 0)).ToArray();
        var (longX, longY, _) = RocCurve.Of(truths, scores, 500);
        Assert.That((longX.Length, longX[0], longY[^1]), Is.EqualTo((500, 0.0, 1.0)));
        Assert.Throws<MLOpsInvalidException>(() => RocCurve.Of([true], [1], 10));
        Assert.Throws<MLOpsInvalidException>(() => RocCurve.Of([true, false], [1, double.NaN], 10));
        Assert.Throws<MLOpsInvalidException>(() => RocCurve.Of([true, false], [1], 10));
        await using var run = await _store.Tracker.StartRunAsync("demand");
        var picture = await run.AddRocAsync("roc", truths, scores);
        Assert.That((picture.Path, picture.MediaType), Is.EqualTo(("roc.svg", "image/svg+xml")));
        await run.CompleteAsync();
    }
}
