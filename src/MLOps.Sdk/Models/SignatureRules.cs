using System.Text;
using System.Text.Json;

namespace MLOps.Models;

/// <summary>What a signature must be to be of use to others.</summary>
internal static class SignatureRules
{
    private const int MaxFields = 10_000;
    private const int MaxExamples = 20;
    private const int MaxExampleBytes = 64 * 1024;

    private static readonly string[] s_types = ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "BF16", "FP32", "FP64", "BYTES"];

    /// <exception cref="MLOpsInvalidException">The signature breaks a rule.</exception>
    public static void Require(ModelSignature signature)
    {
        Require(signature.Inputs, "input");
        Require(signature.Outputs, "output");
        if (signature.Examples.Count > MaxExamples) throw new MLOpsInvalidException($"The signature has {signature.Examples.Count} examples, and at most {MaxExamples} are allowed.");
        foreach (var example in signature.Examples)
        {
            RequireJson(example.Input);
            if (example.Output is not null) RequireJson(example.Output);
        }
    }

    private static void Require(IReadOnlyList<ModelField> fields, string what)
    {
        if (fields.Count > MaxFields) throw new MLOpsInvalidException($"The signature has {fields.Count} {what}s, and at most {MaxFields} are allowed.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            if (string.IsNullOrEmpty(field.Name) || field.Name.Length > Name.MaxPathLength || field.Name.Any(char.IsControl) || Name.IndexOfLoneSurrogate(field.Name) >= 0)
                throw new MLOpsInvalidException($"The {what} name '{Name.Shown(field.Name)}' of the signature must have 1 to {Name.MaxPathLength} characters, none of them a control character.");
            if (!names.Add(field.Name)) throw new MLOpsInvalidException($"The signature has two {what}s named '{Name.Shown(field.Name)}'.");
            if (!s_types.Contains(field.DataType))
                throw new MLOpsInvalidException($"The {what} '{Name.Shown(field.Name)}' has the data type '{Name.Shown(field.DataType)}'; the types of the Open Inference Protocol are {string.Join(", ", s_types)}.");
            if (field.Shape.Count > 32 || field.Shape.Any(d => d < -1))
                throw new MLOpsInvalidException($"The {what} '{Name.Shown(field.Name)}' has the shape [{string.Join(", ", field.Shape.Take(40))}]: at most 32 dimensions are allowed, each 0 or more, or -1 for a variable one.");
        }
    }

    private static void RequireJson(string text)
    {
        if (text.Length > MaxExampleBytes || Encoding.UTF8.GetByteCount(text) > MaxExampleBytes) throw new MLOpsInvalidException($"An example of the signature is longer than {MaxExampleBytes} bytes. Give a smaller one.");
        try
        {
            using var json = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new MLOpsInvalidException($"An example of the signature is not JSON: {e.Message}", e);
        }
    }
}
