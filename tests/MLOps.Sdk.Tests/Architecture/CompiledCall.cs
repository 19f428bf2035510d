namespace MLOps.Architecture;

/// <summary>Compiled code calls a method, or takes its address.</summary>
/// <param name="From">The type whose code it is.</param>
/// <param name="Member">The calling method.</param>
/// <param name="Target">The type that declares the method called.</param>
/// <param name="Method">The method called.</param>
/// <param name="Parameters">Its parameter types, by full name; generic and array types as the types they are made of.</param>
internal sealed record CompiledCall(CompiledType From, string Member, CompiledType Target, string Method, IReadOnlyList<CompiledType> Parameters);
