namespace MLOps.Models;

/// <summary>
/// Turns models into files and back: the plug-in through which ML.NET, ONNX or a folder of your own enters. Thread-safe.
/// A record names its format by <see cref="Key"/>, never by a type name.
/// </summary>
public interface IModelFormat
{
    /// <summary>The word stored with each version: a plain name, <c>json</c> or <c>folder</c> for instance. Unique among the registered formats; never changes.</summary>
    string Key { get; }

    /// <summary>Whether <see cref="PackAsync"/> accepts this object.</summary>
    bool CanPack(object model);

    /// <summary>Describes a model as files. Files are opened later, perhaps twice.</summary>
    ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default);

    /// <summary>Makes a model from a version's files: an <see cref="IModel{TInput,TOutput}"/>.</summary>
    /// <param name="version">The version, with the facts that <see cref="PackAsync"/> gave.</param>
    /// <param name="files">Its files; every byte is verified before it is handed out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsInvalidException">Something the format needs is not registered; the message says how to register it.</exception>
    ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default);
}
