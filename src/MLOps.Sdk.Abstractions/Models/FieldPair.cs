namespace MLOps.Models;

/// <summary>An input or output that differs between two versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOutput">True for an output.</param>
/// <param name="Left">In the left; null when it is not there.</param>
/// <param name="Right">In the right; null when it is not there.</param>
public sealed record FieldPair(string Name, bool IsOutput, ModelField? Left, ModelField? Right)
{
    internal static IEnumerable<FieldPair> Differences(bool isOutput, IReadOnlyList<ModelField>? left, IReadOnlyList<ModelField>? right) =>
        from name in (left ?? []).Concat(right ?? []).Select(f => f.Name).Distinct(StringComparer.Ordinal)
        let l = left?.FirstOrDefault(f => f.Name == name)
        let r = right?.FirstOrDefault(f => f.Name == name)
        where l is null || r is null || l.DataType != r.DataType || !l.Shape.SequenceEqual(r.Shape)
        select new FieldPair(name, isOutput, l, r);
}
