using MLOps.Storage;
using MLOps.Storage.Chunks;
using MLOps.Storage.Memory;

namespace MLOps.Data.Trees;

public sealed class TreeTests
{
    private ChunkStore _store = null!;

    [SetUp]
    public async Task Open()
    {
        _store = new ChunkStore(new MemoryBlobStore());
        await _store.OpenAsync(default);
    }

    [TearDown]
    public void Close() => _store.Dispose();

    [Test]
    public async Task However_a_tree_came_about_equal_files_have_an_equal_root()
    {
        var random = new Random(11);
        var files = new SortedDictionary<string, ChunkContent>(StringComparer.Ordinal);
        var root = await EditAsync(null, []);
        for (var round = 0; round < Tests.Effort.Of(25, 200); round++)
        {
            var edits = new SortedDictionary<string, ChunkContent?>(StringComparer.Ordinal);
            var count = random.Next(4) == 0 ? random.Next(2000) : random.Next(5);
            for (var i = 0; i < count; i++)
            {
                var path = $"f{random.Next(40)}/{random.Next(200)}";
                edits[path] = random.Next(3) == 0 ? null : Content(random.Next());
            }

            foreach (var (path, content) in edits)
            {
                if (content is { } put) files[path] = put;
                else files.Remove(path);
            }

            root = await EditAsync(root.Id, [.. edits]);
            var whole = await EditAsync(null, [.. files.Select(f => new KeyValuePair<string, ChunkContent?>(f.Key, f.Value))]);
            Assert.That((root.Id, root.Files, root.Bytes), Is.EqualTo((whole.Id, (long)files.Count, files.Values.Sum(c => c.Length))), $"round {round}");
            await using var reader = new TreeReader(_store);
            Assert.That(await reader.FilesAsync(root.Id).Select(e => e.Path).ToListAsync(), Is.EqualTo(files.Keys));
            var some = $"f{random.Next(40)}/{random.Next(200)}";
            Assert.That((await reader.FindAsync(root.Id, some, default))?.Content, Is.EqualTo(files.TryGetValue(some, out var there) ? there : null));
            Assert.That(await reader.FromAsync(root.Id, some, default).Select(e => e.Path).ToListAsync(), Is.EqualTo(files.Keys.Where(k => string.CompareOrdinal(k, some) >= 0)));
        }
    }

    [Test]
    public async Task A_diff_finds_what_changed_and_reads_about_as_much()
    {
        var random = new Random(12);
        var files = Enumerable.Range(0, 20_000).ToDictionary(i => $"folder{i % 37}/file-{i:00000}", i => (ChunkContent?)Content(i), StringComparer.Ordinal);
        var before = await EditAsync(null, Sorted(files));
        var edits = new Dictionary<string, ChunkContent?>(StringComparer.Ordinal);
        for (var i = 0; i < 10; i++) edits[$"folder{i}/file-{random.Next(20_000):00000}"] = Content(-i - 1);
        edits[files.Keys.First()] = null;
        var after = await EditAsync(before.Id, Sorted(edits));

        await using var reader = new TreeReader(_store);
        var changes = await TreeDiff.BetweenAsync(reader, before.Id, after.Id, default).ToListAsync();
        Assert.That(changes.Select(c => c.Path), Is.EqualTo(edits.Keys.Order(StringComparer.Ordinal)));
        foreach (var change in changes) Assert.That((change.From, change.To), Is.EqualTo((files.GetValueOrDefault(change.Path), edits[change.Path])));
        Assert.That(reader.NodesRead, Is.LessThan(80), "of about 320 in both trees");
        Assert.That(await TreeDiff.BetweenAsync(reader, null, before.Id, default).CountAsync(), Is.EqualTo(20_000));
        Assert.That(await TreeDiff.BetweenAsync(reader, before.Id, null, default).CountAsync(), Is.EqualTo(20_000));
    }

    [Test]
    public async Task An_edit_of_one_path_writes_the_nodes_above_it_only()
    {
        var files = Enumerable.Range(0, 20_000).ToDictionary(i => $"file-{i:00000}", i => (ChunkContent?)Content(i), StringComparer.Ordinal);
        var before = await EditAsync(null, Sorted(files));
        await using var reader = new TreeReader(_store);
        await using var writer = new ChunkWriter(_store, Compression.Zlib);
        await new TreeEditor(reader, writer, [new("file-12345", Content(-1))]).RunAsync(before.Id, default);
        Assert.That((writer.NewChunks <= 4, writer.StoredBytes < 50_000, reader.NodesRead <= 6), Is.EqualTo((true, true, true)), $"{writer.NewChunks} nodes, {writer.StoredBytes} bytes, {reader.NodesRead} read");
    }

    [Test]
    public async Task Random_trees_differ_where_a_dictionary_says_so()
    {
        var random = new Random(13);
        for (var round = 0; round < 40; round++)
        {
            var (a, b) = (Random(random), Random(random));
            var (left, right) = (await EditAsync(null, Sorted(a)), await EditAsync(null, Sorted(b)));
            await using var reader = new TreeReader(_store);
            var changes = await TreeDiff.BetweenAsync(reader, left.Id, right.Id, default).Select(c => c.Path).ToListAsync();
            Assert.That(changes, Is.EqualTo(a.Keys.Union(b.Keys).Where(k => a.GetValueOrDefault(k) != b.GetValueOrDefault(k)).Order(StringComparer.Ordinal)));
        }

        static Dictionary<string, ChunkContent?> Random(Random random) => Enumerable.Range(0, random.Next(3) * random.Next(1200))
            .Select(_ => random.Next(2000)).Distinct().ToDictionary(i => $"p{i}", i => (ChunkContent?)Content(random.Next(2)), StringComparer.Ordinal);
    }

    private static ChunkContent Content(int number) => new(ChunkId.Of(BitConverter.GetBytes(number)), false, 4);

    private static KeyValuePair<string, ChunkContent?>[] Sorted(Dictionary<string, ChunkContent?> edits) => [.. edits.OrderBy(e => e.Key, StringComparer.Ordinal)];

    private async Task<TreeLink> EditAsync(ChunkId? root, KeyValuePair<string, ChunkContent?>[] edits)
    {
        await using var reader = new TreeReader(_store);
        await using var writer = new ChunkWriter(_store, Compression.Zlib);
        var link = await new TreeEditor(reader, writer, edits).RunAsync(root, default);
        await writer.FlushAsync(default);
        return link;
    }
}
