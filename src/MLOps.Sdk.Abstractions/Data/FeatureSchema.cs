namespace MLOps.Data;

/// <summary>
/// Says which columns a typed row has, once, for the signature, the baseline, the prediction log and drift detection.
/// Reading a row allocates nothing.
/// <code>FeatureSchema.For&lt;Ride&gt;().Number("temp", r => r.Temp).Category("weather", r => r.Weather)</code>
/// Immutable: each call gives a new schema. Thread-safe as far as the given functions are.
/// </summary>
/// <typeparam name="TRow">The row's type, usually a model's input.</typeparam>
public sealed class FeatureSchema<TRow>
{
    private readonly Func<TRow, double>[] _numbers;
    private readonly Func<TRow, string?>[] _categories;

    internal FeatureSchema(IReadOnlyList<Feature> features, Func<TRow, double>[] numbers, Func<TRow, string?>[] categories) =>
        (Features, _numbers, _categories) = (features, numbers, categories);

    /// <summary>The columns, in the order in which they were declared.</summary>
    public IReadOnlyList<Feature> Features { get; }

    /// <summary>How many are numbers.</summary>
    public int NumberCount => _numbers.Length;

    /// <summary>How many are categories.</summary>
    public int CategoryCount => _categories.Length;

    /// <summary>Adds a number; NaN stands for a missing value.</summary>
    /// <exception cref="MLOpsInvalidException">The name breaks the rule or is taken.</exception>
    public FeatureSchema<TRow> Number(string name, Func<TRow, double> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new([.. Features, Unique(name, FeatureKind.Number)], [.. _numbers, read], _categories);
    }

    /// <summary>Adds a category; null stands for a missing value.</summary>
    /// <exception cref="MLOpsInvalidException">The name breaks the rule or is taken.</exception>
    public FeatureSchema<TRow> Category(string name, Func<TRow, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new([.. Features, Unique(name, FeatureKind.Category)], _numbers, [.. _categories, read]);
    }

    /// <summary>Reads a row: its numbers in the order of declaration, and its categories likewise.</summary>
    /// <param name="row">The row.</param>
    /// <param name="numbers">At least <see cref="NumberCount"/> long.</param>
    /// <param name="categories">At least <see cref="CategoryCount"/> long.</param>
    public void Read(TRow row, Span<double> numbers, Span<string?> categories)
    {
        for (var i = 0; i < _numbers.Length; i++) numbers[i] = _numbers[i](row);
        for (var i = 0; i < _categories.Length; i++) categories[i] = _categories[i](row);
    }

    private Feature Unique(string name, FeatureKind kind) => Features.Any(f => f.Name == Name.Require(name, "feature name"))
        ? throw new MLOpsInvalidException($"The feature '{name}' is declared twice.")
        : new Feature(Name.Require(name, "feature name"), kind);
}
