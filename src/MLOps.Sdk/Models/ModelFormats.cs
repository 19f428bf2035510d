namespace MLOps.Models;

/// <summary>The registered formats.</summary>
internal sealed class ModelFormats
{
    private readonly List<IModelFormat> _formats = [];

    public ModelFormats(IEnumerable<IModelFormat> formats)
    {
        foreach (var format in formats)
        {
            Name.Require(format.Key, "model format key");
            if (_formats.Any(f => f.Key == format.Key)) throw new MLOpsInvalidException($"Two model formats have the key '{format.Key}'. Register one of them.");
            _formats.Add(format);
        }
    }

    /// <summary>The format that packs a model: the one asked for, or the first that accepts it.</summary>
    public IModelFormat ToPack(object content, string? key)
    {
        if (key is not null) return Find(key) ?? throw new MLOpsInvalidException($"No model format '{Name.Shown(key)}' is registered; registered are {Known}. Register it with AddModelFormat.");
        return _formats.Find(f => f.CanPack(content)) ?? throw new MLOpsInvalidException(
            $"No registered model format ({Known}) accepts a '{content.GetType()}'. {JsonModelFormat.HowToRegister(content.GetType())} " +
            "A folder of files is registered as a ModelFolder; other formats come with AddModelFormat.");
    }

    /// <summary>The format that loads a version.</summary>
    public IModelFormat ToLoad(ModelVersion version) => Find(version.Format) ?? throw new MLOpsInvalidException(
        $"{version} is stored in the format '{Name.Shown(version.Format)}', which is not registered here; registered are {Known}. Register it with AddModelFormat, or with the package it comes from.");

    private string Known => string.Join(", ", _formats.Select(f => f.Key));

    private IModelFormat? Find(string key) => _formats.Find(f => f.Key == key);
}
