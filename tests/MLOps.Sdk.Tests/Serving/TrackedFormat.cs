using System.Collections.Concurrent;
using System.Globalization;
using MLOps.Models;

namespace MLOps.Serving;

/// <summary>Keeps every model that was ever loaded, to see what became of it. Registers a whole number.</summary>
internal sealed class TrackedFormat : IModelFormat
{
    public int CallsAfterDisposal;

    public ConcurrentBag<TrackedModel> Loaded { get; } = [];

    /// <summary>Runs inside each prediction.</summary>
    public Action? During { get; set; }

    /// <summary>Runs inside each load, with the number that is loaded.</summary>
    public Action<int>? Loading { get; set; }

    public string Key => "tracked";

    public bool CanPack(object model) => model is int;

    public ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default) => ValueTask.FromResult(new ModelPackage(
        new Dictionary<string, string>(), [new ModelPackageFile("value", () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(((int)model).ToString(CultureInfo.InvariantCulture))))]));

    public async ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default)
    {
        using var value = new StreamReader(await files.OpenAsync("value", cancellationToken));
        var number = int.Parse(await value.ReadToEndAsync(cancellationToken), CultureInfo.InvariantCulture);
        Loading?.Invoke(number);
        if (number < 0) throw new InvalidOperationException("Negative models do not load.");
        var model = new TrackedModel(number, this);
        Loaded.Add(model);
        return model;
    }
}
