using System.Globalization;
using System.Text.Json;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Writes an inference response: JSON, then the tensors that were asked for in binary.</summary>
internal static class InferWriter
{
    /// <returns>How much of the body is JSON; null when all is.</returns>
    /// <exception cref="InferError">An output is asked for that the model does not have, or a value has no JSON form.</exception>
    public static int? Write(AnswerBuffer body, string model, int version, InferRequest request, IReadOnlyList<Tensor> outputs)
    {
        List<Tensor>? binary = null;
        var json = body.Json;
        json.WriteStartObject();
        json.WriteString("model_name"u8, model);
        json.WriteString("model_version"u8, version.ToString(CultureInfo.InvariantCulture));
        if (request.Id is not null) json.WriteString("id"u8, request.Id);
        json.WriteStartArray("outputs"u8);
        if (request.Outputs is null)
        {
            foreach (var tensor in outputs) Put(tensor, request.BinaryOutputs);
        }
        else
        {
            foreach (var (name, asked) in request.Outputs)
            {
                var tensor = outputs.FirstOrDefault(o => o.Name == name)
                    ?? throw new InferError($"The model has no output '{Name.Shown(name)}'; it has {string.Join(", ", outputs.Select(o => o.Name))}.");
                Put(tensor, asked ?? request.BinaryOutputs);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        if (binary is null) return null;
        var length = body.Bytes.WrittenCount;
        foreach (var tensor in binary)
        {
            if (tensor.BinarySize == 0) continue;
            tensor.Write(body.Bytes.GetSpan(tensor.BinarySize)[..tensor.BinarySize]);
            body.Bytes.Advance(tensor.BinarySize);
        }

        return length;

        void Put(Tensor tensor, bool isBinary)
        {
            Write(json, tensor, isBinary);
            if (isBinary) (binary ??= []).Add(tensor);
        }
    }

    private static void Write(Utf8JsonWriter json, Tensor tensor, bool isBinary)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, tensor.Name);
        json.WriteString("datatype"u8, tensor.Type.Name);
        json.WriteStartArray("shape"u8);
        foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
        json.WriteEndArray();
        if (isBinary)
        {
            json.WriteStartObject("parameters"u8);
            json.WriteNumber("binary_data_size"u8, tensor.BinarySize);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data"u8);
            try
            {
                for (var i = 0; i < tensor.Count; i++) tensor.Write(i, json);
            }
            catch (ArgumentException)
            {
                throw new InferError($"The output '{tensor.Name}' holds NaN or infinity, which JSON cannot: ask for it in binary.", 500);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
