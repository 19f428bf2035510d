namespace MLOps.Delivery;

/// <summary>A gate that deployments of a model are asked of: what <c>AddGate</c> leaves behind.</summary>
internal sealed record GateDeclaration(string Model, IGate Gate);
