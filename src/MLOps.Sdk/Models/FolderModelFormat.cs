using MLOps.Storage;

namespace MLOps.Models;

/// <summary>
/// The format of an opaque folder: its files are kept as they are, and a loader registered with <c>AddModelLoader</c> makes
/// a model of them. Facts: <c>loader</c>, its key. Packing needs no loader, so that a training process can do without.
/// </summary>
internal sealed class FolderModelFormat : IModelFormat
{
    private const string LoaderFact = "loader";

    private readonly Dictionary<string, FolderModelLoader> _loaders = new(StringComparer.Ordinal);

    public FolderModelFormat(IEnumerable<FolderModelLoader> loaders)
    {
        // The last one wins, as with Use….
        foreach (var loader in loaders) _loaders[loader.Key] = loader;
    }

    public string Key => "folder";

    public bool CanPack(object model) => model is ModelFolder;

    public ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default)
    {
        if (model is not ModelFolder folder) throw new MLOpsInvalidException($"The format 'folder' packs a ModelFolder, not a '{model?.GetType()}'.");
        Name.Require(folder.Loader, "model loader key");
        var files = LocalFiles.Of(folder.Path, cancellationToken).ConvertAll(f => new ModelPackageFile(f.Path, () => Open(new FileInfo(f.FullName))));
        if (files.Count == 0) throw new MLOpsInvalidException($"The model folder '{Name.Shown(folder.Path)}' holds no file.");
        return ValueTask.FromResult(new ModelPackage(new Dictionary<string, string> { [LoaderFact] = folder.Loader }, files));
    }

    public ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default)
    {
        var key = version.Facts.GetValueOrDefault(LoaderFact)
            ?? throw new MLOpsInvalidException($"{version} has the format 'folder' but no fact '{LoaderFact}'; it was not packed by this format.");
        return _loaders.TryGetValue(key, out var loader)
            ? loader.Load(files, cancellationToken)
            : throw new MLOpsInvalidException(
                $"{version} needs the loader '{Name.Shown(key)}', which is not registered here; registered are {(_loaders.Count == 0 ? "none" : string.Join(", ", _loaders.Keys.Order(StringComparer.Ordinal)))}. " +
                $"Register it with AddModelLoader<TInput, TOutput>(\"{Name.Shown(key)}\", …).");
    }

    private static FileStream Open(FileInfo file)
    {
        // Looked at again: it may have been replaced since the folder was listed.
        LocalFiles.RefuseLink(new FileInfo(file.FullName));
        return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }
}
