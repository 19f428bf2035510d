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
        if (string.IsNullOrEmpty(folder.Path) || !Directory.Exists(folder.Path)) throw new MLOpsInvalidException($"The model folder '{Name.Shown(folder.Path)}' does not exist.");
        var files = new List<ModelPackageFile>();
        Collect(new DirectoryInfo(folder.Path), string.Empty, files, cancellationToken);
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

    private static void Collect(DirectoryInfo folder, string prefix, List<ModelPackageFile> files, CancellationToken cancellationToken)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = prefix + entry.Name;
            if (entry.LinkTarget is not null) throw Linked(path);
            if (entry is DirectoryInfo inner) Collect(inner, path + "/", files, cancellationToken);
            else files.Add(new ModelPackageFile(Name.RequirePath(path, "file path"), () => Open(entry.FullName, path)));
        }
    }

    private static FileStream Open(string file, string path)
    {
        // Looked at again: it may have been replaced since the folder was listed.
        if (new FileInfo(file).LinkTarget is not null) throw Linked(path);
        return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }

    private static MLOpsInvalidException Linked(string path) =>
        new($"'{Name.Shown(path)}' in the model folder is a symbolic link. Links are not stored: put the file itself there.");
}
