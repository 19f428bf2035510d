using System.Text.Json;

namespace MLOps.Models;

/// <summary>
/// The format that needs no framework: a class that implements <see cref="IModel{TInput,TOutput}"/> as one JSON document,
/// written through the <c>JsonTypeInfo</c> given to <c>AddModelType</c>. Facts: <c>type</c>, the registered key.
/// </summary>
internal sealed class JsonModelFormat : IModelFormat
{
    public const string FileName = "model.json";
    private const string TypeFact = "type";

    private readonly Dictionary<string, JsonModelType> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, JsonModelType> _byType = [];

    public JsonModelFormat(IEnumerable<JsonModelType> types)
    {
        foreach (var type in types)
        {
            if (_byKey.TryGetValue(type.Key, out var other) && other.Type.Type != type.Type.Type)
                throw new MLOpsInvalidException($"The model types '{other.Type.Type}' and '{type.Type.Type}' are both registered under the key '{type.Key}'. Give one of them another key.");
            _byKey[type.Key] = type;
            _byType.TryAdd(type.Type.Type, type);
        }
    }

    public string Key => "json";

    public static string HowToRegister(Type type) =>
        $"A class that implements IModel<TInput, TOutput> is registered with AddModelType(\"key\", YourJsonContext.Default.{type.Name}), where YourJsonContext is a source-generated JsonSerializerContext.";

    public bool CanPack(object model) => _byType.ContainsKey(model.GetType());

    public ValueTask<ModelPackage> PackAsync(object model, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_byType.TryGetValue(model.GetType(), out var type))
            throw new MLOpsInvalidException($"The model type '{model.GetType()}' is not registered with the format 'json'. {HowToRegister(model.GetType())}");
        byte[] json;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(model, type.Type);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new MLOpsInvalidException($"The model type '{type.Key}' cannot be written as JSON: {e.Message} For NaN and infinity set NumberHandling = AllowNamedFloatingPointLiterals on its context.", e);
        }

        return ValueTask.FromResult(new ModelPackage(
            new Dictionary<string, string> { [TypeFact] = type.Key }, [new ModelPackageFile(FileName, () => new MemoryStream(json, writable: false))]));
    }

    public async ValueTask<object> LoadAsync(ModelVersion version, ModelFiles files, CancellationToken cancellationToken = default)
    {
        var key = version.Facts.GetValueOrDefault(TypeFact)
            ?? throw new MLOpsInvalidException($"{version} has the format 'json' but no fact '{TypeFact}'; it was not packed by this format.");
        if (!_byKey.TryGetValue(key, out var type))
            throw new MLOpsInvalidException(
                $"{version} holds a model of the type '{Name.Shown(key)}', which is not registered here; registered are {(_byKey.Count == 0 ? "none" : string.Join(", ", _byKey.Keys.Order(StringComparer.Ordinal)))}. " +
                $"Register it with AddModelType(\"{Name.Shown(key)}\", YourJsonContext.Default.YourModel).");

        var json = await files.OpenAsync(FileName, cancellationToken).ConfigureAwait(false);
        await using (json.ConfigureAwait(false))
        {
            try
            {
                return await JsonSerializer.DeserializeAsync(json, type.Type, cancellationToken).ConfigureAwait(false)
                    ?? throw new MLOpsInvalidException($"{version} cannot be read as the model type '{key}': its document is null.");
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                // The bytes were verified: they are what was registered, so the type has changed since.
                throw new MLOpsInvalidException($"{version} cannot be read as the model type '{key}': {e.Message} Has '{type.Type.Type}' changed since it was registered? Then register the new shape under another key.", e);
            }
        }
    }
}
