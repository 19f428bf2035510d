using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Answers of several columns, a tensor for each; what is neither number nor truth value is given as JSON text.</summary>
internal sealed class RecordOutput<TOutput>(JsonTypeInfo<TOutput> type) : OutputBinder<TOutput>
{
    private readonly IReadOnlyList<ModelField> _fields = RecordFields.Of(type);

    public override IReadOnlyList<ModelField> Fields => _fields.Count > 0 ? _fields : [new(Output, "BYTES", [-1])];

    public override IReadOnlyList<Tensor> Bind(TOutput[] answers)
    {
        var rows = answers.Select(a => JsonSerializer.SerializeToElement(a, type)).ToArray();
        if (_fields.Count == 0) return [Texts(Output, rows)];
        return [.. _fields.Select(field => Column(field, [.. rows.Select(r => r.ValueKind == JsonValueKind.Object && r.TryGetProperty(field.Name, out var value) ? value : default)]))];
    }

    private static Tensor Column(ModelField field, JsonElement[] cells)
    {
        var type = DataType.All[field.DataType];
        if (type == DataType.Bytes) return Texts(field.Name, cells);
        var isArray = field.Shape.Count > 1;
        var width = !isArray ? 1 : cells.Length > 0 && cells[0].ValueKind == JsonValueKind.Array ? cells[0].GetArrayLength() : 0;
        var tensor = type.Create(field.Name, isArray ? [cells.Length, width] : [cells.Length], checked(cells.Length * width));
        for (var row = 0; row < cells.Length; row++)
        {
            var values = !isArray ? [cells[row]] : cells[row].ValueKind == JsonValueKind.Array ? cells[row].EnumerateArray().ToArray() : [];
            if (values.Length != width) throw new InferError($"The model's answers have different lengths in '{field.Name}', so that they are no tensor.", 500);
            for (var i = 0; i < width; i++)
            {
                var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(values[i].ValueKind == JsonValueKind.Undefined ? "null" : values[i].GetRawText()));
                reader.Read();
                if (!tensor.TrySet((row * width) + i, ref reader)) throw new InferError($"The model's answer has no value in '{field.Name}'.", 500);
            }
        }

        return tensor;
    }

    private static BytesTensor Texts(string name, JsonElement[] cells)
    {
        var tensor = new BytesTensor(name, [cells.Length], cells.Length);
        for (var row = 0; row < cells.Length; row++)
            tensor.Values[row] = Encoding.UTF8.GetBytes(cells[row].ValueKind == JsonValueKind.String ? cells[row].GetString()! : cells[row].ValueKind == JsonValueKind.Undefined ? "" : cells[row].GetRawText());
        return tensor;
    }
}
