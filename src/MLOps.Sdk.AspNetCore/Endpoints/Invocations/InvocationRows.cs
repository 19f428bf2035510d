using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Makes rows of a model's input from what MLflow's clients send.</summary>
internal sealed class InvocationRows<TInput>(JsonTypeInfo<TInput> type)
{
    private const int MaxRows = 100_000;
    private static readonly string[] s_forms = ["dataframe_split", "dataframe_records", "instances", "inputs"];

    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly List<TInput> _rows = [];

    /// <exception cref="InferError">The body is none of the forms, or a row is not the model's input.</exception>
    public TInput[] ReadJson(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new InferError(string.Create(CultureInfo.InvariantCulture, $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}), or names a member twice."));
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new InferError($"The body must be a JSON object with one of {string.Join(", ", s_forms)}.");
            var given = s_forms.Where(f => document.RootElement.TryGetProperty(f, out _)).ToList();
            if (given is not [var form]) throw new InferError($"The body must have exactly one of {string.Join(", ", s_forms)}, and has {(given.Count == 0 ? "none" : string.Join(" and ", given))}.");
            var value = document.RootElement.GetProperty(form);
            try
            {
                if (form == "dataframe_split") Split(value);
                else if (form == "inputs" && value.ValueKind == JsonValueKind.Object) Columns(value);
                else Each(form, value);
            }
            catch (InvalidOperationException)
            {
                throw new InferError("A text of the body is not valid Unicode.");
            }

            return [.. _rows];
        }
    }

    /// <exception cref="InferError">It is no CSV with a header, or a row is not the model's input.</exception>
    public TInput[] ReadCsv(ReadOnlyMemory<byte> body)
    {
        string[]? columns = null;
        var fields = RecordFields.Of(type).ToDictionary(f => f.Name, f => f.DataType, StringComparer.Ordinal);
        foreach (var line in CsvLines.Read(body.Span))
        {
            if (columns is null)
            {
                columns = line;
                continue;
            }

            if (line.Length != columns.Length) throw new InferError($"Row {_rows.Count} has {line.Length} values, and the header has {columns.Length}.");
            Add(columns, (i, json) => Cell(json, line[i], fields.GetValueOrDefault(columns[i])));
        }

        return columns is null ? throw new InferError("The body has no header line.") : [.. _rows];
    }

    private void Split(JsonElement split)
    {
        if (split.ValueKind != JsonValueKind.Object || !split.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new InferError("'dataframe_split' must be an object with 'columns' and 'data'.");
        var columns = split.TryGetProperty("columns", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Select(Column).ToArray() : null;
        if (columns is null && type.Kind == JsonTypeInfoKind.Object) throw new InferError("'dataframe_split' must have 'columns', an array of names.");
        foreach (var row in data.EnumerateArray())
        {
            if (row.ValueKind != JsonValueKind.Array) throw new InferError($"Row {_rows.Count} of 'data' is not an array.");
            var cells = row.EnumerateArray().ToArray();
            if (columns is not null && cells.Length != columns.Length) throw new InferError($"Row {_rows.Count} has {cells.Length} values, and there are {columns.Length} columns.");
            Add(columns ?? new string[cells.Length], (i, json) => cells[i].WriteTo(json));
        }
    }

    private void Columns(JsonElement inputs)
    {
        var columns = inputs.EnumerateObject().ToArray();
        if (columns.Length == 0) throw new InferError("'inputs' has no columns.");
        foreach (var column in columns)
            if (column.Value.ValueKind != JsonValueKind.Array) throw new InferError($"The column '{Name.Shown(column.Name)}' of 'inputs' is not an array.");
        var rows = columns.Select(c => c.Value.EnumerateArray().ToArray()).ToArray();
        if (rows.FirstOrDefault(r => r.Length != rows[0].Length) is { } odd) throw new InferError($"The columns of 'inputs' have different lengths: {rows[0].Length} and {odd.Length}.");
        var names = columns.Select(c => c.Name).ToArray();
        for (var row = 0; row < rows[0].Length; row++)
        {
            var at = row;
            Add(names, (i, json) => rows[i][at].WriteTo(json));
        }
    }

    private void Each(string form, JsonElement items)
    {
        if (items.ValueKind != JsonValueKind.Array) throw new InferError($"'{form}' must be an array of rows.");
        foreach (var item in items.EnumerateArray())
        {
            _buffer.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_buffer)) item.WriteTo(json);
            Add();
        }
    }

    /// <summary>A row of cells: an object, an array or one value, as the model's input is written.</summary>
    private void Add(string[] columns, Action<int, Utf8JsonWriter> cell)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            if (type.Kind == JsonTypeInfoKind.Object) json.WriteStartObject();
            else if (type.Kind == JsonTypeInfoKind.Enumerable) json.WriteStartArray();
            else if (columns.Length != 1) throw new InferError($"The model takes one value for each row, and {columns.Length} are given.");
            for (var i = 0; i < columns.Length; i++)
            {
                if (type.Kind == JsonTypeInfoKind.Object) json.WritePropertyName(columns[i]);
                cell(i, json);
            }

            if (type.Kind == JsonTypeInfoKind.Object) json.WriteEndObject();
            else if (type.Kind == JsonTypeInfoKind.Enumerable) json.WriteEndArray();
        }

        Add();
    }

    private void Add()
    {
        if (_rows.Count == MaxRows) throw new InferError(string.Create(CultureInfo.InvariantCulture, $"There are more than {MaxRows} rows; send them in parts."));
        var problem = NumberRange.IsSuspected(_buffer.WrittenSpan) ? NumberRange.Check(_buffer.WrittenSpan, default) : null;
        if (problem is not null) throw new InferError($"Row {_rows.Count}: {problem.Detail}");
        try
        {
            _rows.Add(JsonSerializer.Deserialize(_buffer.WrittenSpan, type) ?? throw new InferError($"Row {_rows.Count} is null."));
        }
        catch (JsonException e)
        {
            throw new InferError($"Row {_rows.Count}: {InputProblem.Of(e, _buffer.WrittenMemory, type).Detail}");
        }
        catch (MLOpsInvalidException e)
        {
            throw new InferError($"Row {_rows.Count}: {e.Message}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new InferError($"Row {_rows.Count} breaks a rule of the model's input.");
        }
    }

    private static string Column(JsonElement name) => name.ValueKind switch
    {
        JsonValueKind.String => name.GetString()!,
        JsonValueKind.Number => name.GetRawText(),
        _ => throw new InferError("A name in 'columns' is no text."),
    };

    private static void Cell(Utf8JsonWriter json, string text, string? kind)
    {
        if (kind == "BYTES") json.WriteStringValue(text);
        else if (text.Length == 0) json.WriteNullValue();
        else if (kind is "BOOL" or null && bool.TryParse(text, out var truth)) json.WriteBooleanValue(truth);
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) json.WriteNumberValue(whole);
            else json.WriteNumberValue(number);
        }
        else json.WriteStringValue(text);
    }
}
