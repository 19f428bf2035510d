namespace MLOps.Data;

/// <summary>Begins a <see cref="FeatureSchema{TRow}"/>.</summary>
public static class FeatureSchema
{
    /// <summary>A schema without columns; add some.</summary>
    /// <typeparam name="TRow">The row's type.</typeparam>
    public static FeatureSchema<TRow> For<TRow>() => new([], [], []);
}
