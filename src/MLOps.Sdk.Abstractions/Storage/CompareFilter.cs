namespace MLOps.Storage;

/// <summary>A comparison of a field with a value.</summary>
/// <param name="Field">The field.</param>
/// <param name="Comparison">The operator.</param>
/// <param name="Value">The value, which decides between text and number.</param>
public sealed record CompareFilter(string Field, Comparison Comparison, FieldValue Value) : Filter;
