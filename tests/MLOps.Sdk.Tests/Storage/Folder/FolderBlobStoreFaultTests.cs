using System.Text;
using MLOps.Storage.Folder;

namespace MLOps.Tests.Storage;

sealed class FolderBlobStoreFaultTests
{
    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("mlops-folder-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Leftovers_of_crashed_writers_are_removed_after_a_day_and_running_writes_are_not()
    {
        var temporary = Directory.CreateDirectory(Path.Combine(_folder, ".tmp")).FullName;
        var (old, fresh) = (Path.Combine(temporary, "1-old"), Path.Combine(temporary, "2-fresh"));
        await File.WriteAllTextAsync(old, "half a bl");
        await File.WriteAllTextAsync(fresh, "half a bl");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        var store = new FolderBlobStore(_folder);
        Assert.That(await KeysAsync(store), Is.Empty);
        await WriteAsync(store, "a");
        Assert.That(Directory.GetFiles(temporary), Is.EqualTo(new[] { fresh }));
        Assert.That(await KeysAsync(store), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_key_and_keys_beneath_it_stand_side_by_side_in_ordinal_order()
    {
        var store = new FolderBlobStore(_folder);
        string[] keys = ["a", "a-b", "a.b", "a/b", "a/b/c", "a/b0", "a0", "a_b", "ab/c", "b"];
        foreach (var key in keys.Reverse()) Assert.That(await WriteAsync(store, key), Is.True);
        Assert.That(await KeysAsync(store), Is.EqualTo(keys));
        foreach (var prefix in new[] { "a", "a/", "a/b", "a/b/", "ab", "c", "a/b/c", "a/b/c/", "/", ".", "../", "A" })
            Assert.That(await KeysAsync(store, prefix), Is.EqualTo(keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))), prefix);
    }

    [Test]
    public async Task Links_out_of_the_folder_are_not_followed()
    {
        var outside = Directory.CreateTempSubdirectory("mlops-outside-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "secret");
            Directory.CreateSymbolicLink(Path.Combine(_folder, "link+"), outside);
            File.CreateSymbolicLink(Path.Combine(_folder, "secret"), Path.Combine(outside, "secret"));
            var store = new FolderBlobStore(_folder);
            foreach (var key in new[] { "link/secret", "secret" })
            {
                Assert.That(await store.StatAsync(key), Is.Null);
                Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await store.OpenAsync(key));
                Assert.That(await store.DeleteAsync(key), Is.False);
                Assert.ThrowsAsync<MLOpsInvalidException>(async () => await WriteAsync(store, key));
            }

            Assert.That(await KeysAsync(store), Is.Empty);
            Assert.That(await KeysAsync(store, "link/"), Is.Empty);
            Assert.That(await File.ReadAllTextAsync(Path.Combine(outside, "secret")), Is.EqualTo("secret"));
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Test]
    public async Task A_failing_source_leaves_nothing_and_its_own_error_is_thrown()
    {
        var store = new FolderBlobStore(_folder);
        using var broken = new BrokenStream();
        Assert.That(Assert.ThrowsAsync<IOException>(async () => await store.WriteAsync("a", broken))!.Message, Is.EqualTo("the network went away"));
        Assert.That(await store.StatAsync("a"), Is.Null);
        Assert.That(Directory.GetFiles(Path.Combine(_folder, ".tmp")), Is.Empty);
    }

    [Test]
    public async Task A_file_in_the_place_of_the_folder_is_said()
    {
        var path = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(path, "not a folder");
        var error = Assert.ThrowsAsync<MLOpsUnavailableException>(async () => await WriteAsync(new FolderBlobStore(path), "a"));
        Assert.That(error!.Message, Does.Contain(path));
    }

    [Test]
    public async Task A_full_disk_is_said()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("There is no /dev/full here.");
        var error = Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "x"));
        Assert.That(FolderErrors.Of(error!, "The blob").Message, Does.Contain("the disk is full"));
        await Task.CompletedTask;
    }

    private static async Task<bool> WriteAsync(FolderBlobStore store, string key) => await store.WriteAsync(key, new MemoryStream(Encoding.UTF8.GetBytes(key)));

    private static async Task<List<string>> KeysAsync(FolderBlobStore store, string prefix = "")
    {
        var keys = new List<string>();
        await foreach (var blob in store.ListAsync(prefix))
        {
            Assert.That(blob.Length, Is.EqualTo(blob.Key.Length));
            keys.Add(blob.Key);
        }

        return keys;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("the network went away");
    }
}
