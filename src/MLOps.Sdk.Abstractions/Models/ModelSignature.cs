namespace MLOps.Models;

/// <summary>What a model takes and gives.</summary>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Outputs">Its outputs.</param>
public sealed record ModelSignature(IReadOnlyList<ModelField> Inputs, IReadOnlyList<ModelField> Outputs)
{
    /// <summary>Examples of calls; at most 20.</summary>
    public IReadOnlyList<ModelExample> Examples { get; init; } = [];

    /// <summary>The signature of a model that takes rows of a feature schema and gives one number: numbers are <c>FP64</c>, categories <c>BYTES</c>.</summary>
    public static ModelSignature Of(IReadOnlyList<Data.Feature> features, string output = "prediction") => new(
        [.. features.Select(f => new ModelField(f.Name, f.Kind is Data.FeatureKind.Number ? "FP64" : "BYTES", [-1]))],
        [new ModelField(output, "FP64", [-1])]);
}
