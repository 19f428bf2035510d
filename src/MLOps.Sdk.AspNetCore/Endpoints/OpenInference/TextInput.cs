using System.Text;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Rows that are texts.</summary>
internal sealed class TextInput : InputBinder<string>
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    public override IReadOnlyList<ModelField> Fields { get; } = [new("input", "BYTES", [-1])];

    public override string[] Bind(IReadOnlyList<Tensor> tensors)
    {
        if (Single(tensors) is not BytesTensor tensor || tensor.Count != tensor.Rows) throw new InferError("The input must be BYTES, one element for each row.");
        try
        {
            return [.. tensor.Values.Select(v => s_strict.GetString(v.Span))];
        }
        catch (DecoderFallbackException)
        {
            throw new InferError($"An element of the input '{Name.Shown(tensor.Name)}' is no UTF-8.");
        }
    }
}
