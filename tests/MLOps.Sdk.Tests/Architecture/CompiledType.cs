namespace MLOps.Architecture;

/// <summary>A type as compiled code names it. A nested or compiler-generated type counts as the top-level type around it.</summary>
/// <param name="Assembly">The assembly that defines it.</param>
/// <param name="Namespace">Its namespace; empty for none.</param>
/// <param name="Name">Its metadata name.</param>
internal readonly record struct CompiledType(string Assembly, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";
}
