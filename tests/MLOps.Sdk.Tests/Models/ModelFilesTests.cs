namespace MLOps.Models;

public sealed class ModelFilesTests
{
    private string _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("mlops-files-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_file_that_cannot_be_copied_whole_leaves_the_folder_as_it_was()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "old"), "before");
        var files = new ModelFiles([new ModelFile("old", 6, default)], (_, _) => new(new TornStream()));

        Assert.That(async () => await files.CopyToAsync(_folder), Throws.TypeOf<IOException>());

        Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EqualTo(new[] { "old" }));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "old")), Is.EqualTo("before"));
    }

    [Test]
    public async Task Files_are_written_into_folders_of_their_own_and_replace_what_was_there()
    {
        var files = new ModelFiles(
            [new ModelFile("a", 1, default), new ModelFile("inner/b", 7, default)],
            (file, _) => new(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file.Path))));

        await files.CopyToAsync(_folder);
        await files.CopyToAsync(_folder);

        Assert.That(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Order().Select(f => Path.GetRelativePath(_folder, f)), Is.EqualTo(new[] { "a", Path.Combine("inner", "b") }));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "inner", "b")), Is.EqualTo("inner/b"));
    }

    /// <summary>Gives a few bytes and then breaks.</summary>
    private sealed class TornStream() : MemoryStream("torn"u8.ToArray())
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("The rest is gone.");

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var read) await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
