namespace MLOps.Architecture;

/// <summary>One type names another.</summary>
/// <param name="From">The type whose code it is.</param>
/// <param name="To">The type named.</param>
/// <param name="Where">The member and the kind of use, for people.</param>
internal readonly record struct CompiledUse(CompiledType From, CompiledType To, string Where);
