using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Rows that are one number each: a tensor of one element a row.</summary>
internal sealed class NumberInput<T> : InputBinder<T> where T : unmanaged
{
    public override IReadOnlyList<ModelField> Fields { get; } = [new("input", DataType.Of(typeof(T))!.Name, [-1])];

    public override T[] Bind(IReadOnlyList<Tensor> tensors)
    {
        var tensor = Single(tensors);
        if (tensor.Count != tensor.Rows) throw new InferError($"The input '{Name.Shown(tensor.Name)}' must have one element for each row.");
        return ArrayInput<T>.Values(tensor);
    }
}
