using MLOps.Storage.Folder;
using MLOps.Testing;

namespace MLOps.Tests.Storage;

[TestFixture]
public sealed class FolderBlobStoreTests : BlobStoreConformanceTests<FolderBlobStore>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-folder-").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    protected override ValueTask<FolderBlobStore> OpenAsync(string isolationKey) => new(new FolderBlobStore(Path.Combine(_folder, isolationKey)));
}
