using System.Diagnostics;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data;

/// <summary>No lock-in: a reader of about a hundred lines of Python restores versions byte for byte.</summary>
public sealed class PythonReaderTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("mlops-python-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    [CancelAfter(300_000)]
    public async Task The_bike_rentals_of_the_samples_and_random_bytes_come_back_byte_for_byte(CancellationToken token)
    {
        var (store, source) = (Path.Combine(_folder, ".mlops"), Directory.CreateDirectory(Path.Combine(_folder, "source", "deep", "ü 1")).Parent!.Parent!.FullName);
        // As the Quickstart does it: a file per month, each a commit of its own; and what it does not have: long, empty and incompressible files.
        var rows = await File.ReadAllLinesAsync(Repository.At("samples/BikeDemand/data/bike_hour.csv"), token);
        await using (var mlops = MLOpsClient.Create(store))
        {
            foreach (var (month, number) in rows.Skip(1).Chunk(1500).Select((m, i) => (m, i)))
            {
                var text = string.Join('\n', month.Prepend(rows[0]));
                await File.WriteAllTextAsync(Path.Combine(source, $"{number:00}.csv"), text, token);
                await mlops.Datasets.CommitAsync("bike", DatasetChange.Edit().PutText($"{number:00}.csv", text), cancellationToken: token);
            }

            File.Copy(Repository.At("samples/BikeDemand/data/bike_hour.csv"), Path.Combine(source, "all.csv"));
            await File.WriteAllBytesAsync(Path.Combine(source, "deep", "ü 1", "random"), ChunkCutterTests.Bytes(3, 40_000_000), token);
            await File.WriteAllBytesAsync(Path.Combine(source, "empty"), [], token);
            for (var i = 0; i < 500; i++) await File.WriteAllTextAsync(Path.Combine(source, "deep", $"{i}"), $"{i}", token);
            await mlops.Datasets.CommitAsync("bike", DatasetChange.Folder(source), cancellationToken: token);
            await mlops.Datasets.TagAsync(await mlops.Datasets.ResolveAsync("bike", token), "all", cancellationToken: token);
        }

        foreach (var reference in new[] { "bike", "bike@all" })
        {
            var target = Path.Combine(_folder, "restored", reference);
            var (code, _, errors) = await PythonAsync([store, reference, target], token);
            Assert.That((code, errors), Is.EqualTo((0, "")));
            Assert.That(Tree(target), Is.EqualTo(Tree(source)));
        }
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task A_codec_that_the_reader_lacks_is_named_and_damage_is_told(CancellationToken token)
    {
        var blobs = Path.Combine(_folder, "blobs");
        await using var store = new TestStore(Backend.Embedded);
        var version = await store.NewDatasets(compression: Compression.Brotli).CommitAsync("bike", DatasetChange.Whole().Put("a", ChunkStoreTests.Text(1, 100_000)), cancellationToken: token);
        var (code, _, errors) = await PythonAsync([store.BlobFolder, version.Tree.Hex, Path.Combine(_folder, "out")], token);
        Assert.That((code != 0, errors), Is.EqualTo((true, errors)));
        Assert.That(errors, Does.Contain("Brotli"));

        var plain = await store.NewDatasets(compression: Compression.None).CommitAsync("other", DatasetChange.Whole().Put("b", ChunkCutterTests.Bytes(1, 100_000)), cancellationToken: token);
        await store.DamageChunkAsync(Digest.Of(ChunkCutterTests.Bytes(1, 100_000).AsSpan(0, ChunkCutter.Next(ChunkCutterTests.Bytes(1, 100_000)))));
        (code, _, errors) = await PythonAsync([store.BlobFolder, plain.Tree.Hex, blobs], token);
        Assert.That((code != 0, errors.Contains("damaged", StringComparison.Ordinal)), Is.EqualTo((true, true)), errors);
    }

    [Test]
    public void The_reader_is_short_and_needs_nothing_but_the_standard_library()
    {
        var lines = File.ReadAllLines(Repository.At("tests/python/read_dataset.py"));
        Assert.That(lines, Has.Length.LessThan(130));
        Assert.That(lines.Where(l => l.StartsWith("import ", StringComparison.Ordinal) || l.StartsWith("from ", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "hashlib", "json", "os", "sqlite3", "struct", "sys", "zlib" }.Select(m => $"import {m}")));
    }

    private static List<string> Tree(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{Path.GetRelativePath(folder, f)} {Digest.Of(File.ReadAllBytes(f))}")];

    private static async Task<(int Code, string Output, string Errors)> PythonAsync(string[] arguments, CancellationToken token)
    {
        var start = new ProcessStartInfo("python3", [Repository.At("tests/python/read_dataset.py"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return await ChildProcess.RunAsync(start, token);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw Requirement.Missing("no 'python3' was found; install Python 3");
        }
    }
}
