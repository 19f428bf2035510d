using MLOps.Storage.Folder;

namespace MLOps.Tests.Storage.Folder;

public sealed class FolderFormatTests
{
    private string _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("mlops-format-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_first_write_leaves_the_folders_own_word_and_a_listing_does_not_show_it()
    {
        await WriteAsync("a");

        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, ".format")), Is.EqualTo("format 1\nminReader 1\nminWriter 1\n"));
        Assert.That(await new FolderBlobStore(_folder).ListAsync("").Select(b => b.Key).ToListAsync(), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_folder_that_only_newer_versions_may_write_can_still_be_read()
    {
        await WriteAsync("a");
        await SayAsync("format 3\nminReader 1\nminWriter 2\n");

        await using var blob = await new FolderBlobStore(_folder).OpenAsync("a");
        Assert.That(blob.Length, Is.EqualTo(1));
        Assert.That(async () => await WriteAsync("b"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("newer version"));
        Assert.That(async () => await new FolderBlobStore(_folder).DeleteAsync("a"), Throws.TypeOf<MLOpsInvalidException>());
    }

    [TestCase("format 3\nminReader 2\nminWriter 2\n", "newer version")]
    [TestCase("<html>", "does not say")]
    [TestCase("", "does not say")]
    public async Task A_folder_that_cannot_be_understood_is_not_read(string word, string reason)
    {
        await WriteAsync("a");
        await SayAsync(word);

        Assert.That(async () => await new FolderBlobStore(_folder).OpenAsync("a"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(reason));
    }

    private async Task WriteAsync(string key) => await new FolderBlobStore(_folder).WriteAsync(key, new MemoryStream([1]));

    private Task SayAsync(string word) => File.WriteAllTextAsync(Path.Combine(_folder, ".format"), word);
}
