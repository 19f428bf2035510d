namespace MLOps.AspNetCore.Endpoints;

/// <summary>An inference request, read.</summary>
internal sealed class InferRequest
{
    public string? Id { get; set; }

    /// <summary>True when outputs that say nothing about it are wanted in binary.</summary>
    public bool BinaryOutputs { get; set; }

    public List<Tensor> Inputs { get; } = [];

    /// <summary>The outputs that are wanted, with whether in binary; null for all.</summary>
    public List<(string Name, bool? Binary)>? Outputs { get; set; }
}
