using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Rows of several columns, a tensor for each column: the way of named columns. Each row goes through JSON, so that whatever the serializer reads can be a row.</summary>
internal sealed class RecordInput<TInput>(JsonTypeInfo<TInput> type) : InputBinder<TInput>
{
    public override IReadOnlyList<ModelField> Fields { get; } = RecordFields.Of(type);

    public override TInput[] Bind(IReadOnlyList<Tensor> tensors)
    {
        if (tensors.Count == 0) throw new InferError($"The request has no inputs; the model takes {Known()}.");
        foreach (var tensor in tensors)
        {
            if (Fields.Count > 0 && !Fields.Any(f => f.Name == tensor.Name)) throw new InferError($"The model has no input '{Name.Shown(tensor.Name)}'; it takes {Known()}.");
            if (tensor.Rows != tensors[0].Rows) throw new InferError($"The input '{Name.Shown(tensor.Name)}' has {tensor.Rows} rows, and '{Name.Shown(tensors[0].Name)}' has {tensors[0].Rows}.");
        }

        var names = tensors.Select(t => JsonEncodedText.Encode(t.Name)).ToArray();
        var rows = new TInput[tensors[0].Rows];
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        for (var row = 0; row < rows.Length; row++)
        {
            buffer.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            for (var i = 0; i < names.Length; i++)
            {
                json.WritePropertyName(names[i]);
                Write(tensors[i], row, json);
            }

            json.WriteEndObject();
            json.Flush();
            rows[row] = Read(buffer.WrittenSpan, row);
        }

        return rows;
    }

    private static void Write(Tensor tensor, int row, Utf8JsonWriter json)
    {
        var (width, isArray) = (tensor.Width, tensor.Shape.Length > 1 && tensor.Width != 1);
        if (isArray) json.WriteStartArray();
        try
        {
            for (var i = 0; i < width; i++) tensor.Write((row * width) + i, json);
        }
        catch (ArgumentException)
        {
            throw new InferError($"The input '{Name.Shown(tensor.Name)}' holds in row {row} what a column cannot: NaN, infinity or bytes that are no UTF-8.");
        }

        if (isArray) json.WriteEndArray();
    }

    private TInput Read(ReadOnlySpan<byte> json, int row)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InferError(string.Create(CultureInfo.InvariantCulture, $"Row {row} is null."));
        }
        catch (JsonException e)
        {
            var place = e.Path is { Length: > 1 } path ? $" at {Name.Shown(path)}" : "";
            throw new InferError(string.Create(CultureInfo.InvariantCulture, $"Row {row} is not what the model takes{place}; it takes {Known()}."));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            throw new InferError(string.Create(CultureInfo.InvariantCulture, $"Row {row} breaks a rule of the model's input."));
        }
        catch (MLOpsInvalidException e)
        {
            throw new InferError(e.Message);
        }
    }

    private string Known() => string.Join(", ", Fields.Select(f => f.Name));
}
