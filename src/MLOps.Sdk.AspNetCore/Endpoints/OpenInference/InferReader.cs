using System.Globalization;
using System.Text.Json;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>
/// Reads an inference request in one pass: JSON, then the raw tensors behind it. Nothing is allocated for a tensor before its shape was found to
/// fit into the bytes that came, so that no request takes more memory than a few times its own length.
/// </summary>
internal ref struct InferReader
{
    private const int MaxTensors = 1000;
    private const long MaxRows = 1_000_000;
    private const int MaxDimensions = 32;

    private readonly ReadOnlySpan<byte> _json;
    private ReadOnlySpan<byte> _binary;
    private Utf8JsonReader _reader;

    private InferReader(ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        _json = json;
        _binary = binary;
        _reader = new(json, new JsonReaderOptions { MaxDepth = MaxDimensions + 8 });
    }

    /// <param name="body">The whole body.</param>
    /// <param name="jsonLength">How much of it is JSON; null for all.</param>
    /// <exception cref="InferError">It is no request of the protocol.</exception>
    public static InferRequest Read(ReadOnlySpan<byte> body, int? jsonLength)
    {
        if (jsonLength > body.Length) throw new InferError($"The header Inference-Header-Content-Length says {jsonLength}, and the body has {body.Length} bytes.");
        var reader = new InferReader(body[..(jsonLength ?? body.Length)], body[(jsonLength ?? body.Length)..]);
        try
        {
            var request = reader.Request();
            return reader._binary.IsEmpty ? request : throw new InferError($"{reader._binary.Length} bytes of the body belong to no input.");
        }
        catch (JsonException e)
        {
            throw new InferError(string.Create(CultureInfo.InvariantCulture, $"The request is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})."));
        }
        catch (InvalidOperationException)
        {
            // The reader's word for bytes that are no UTF-8.
            throw new InferError("A text of the request is not valid UTF-8.");
        }
    }

    private InferRequest Request()
    {
        var request = new InferRequest();
        var seen = 0;
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) throw new InferError("The request must be a JSON object.");
        while (Member(out var name))
        {
            switch (name)
            {
                case "id":
                    Once(ref seen, 1, name);
                    request.Id = _reader.TokenType == JsonTokenType.String ? _reader.GetString() : throw new InferError("'id' must be a text.");
                    break;
                case "parameters":
                    Once(ref seen, 2, name);
                    request.BinaryOutputs = Parameter("binary_data_output") is true;
                    break;
                case "inputs":
                    Once(ref seen, 4, name);
                    Inputs(request);
                    break;
                case "outputs":
                    Once(ref seen, 8, name);
                    request.Outputs = Outputs();
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        if (_reader.Read()) throw new InferError("Something follows the request.");
        return (seen & 4) != 0 ? request : throw new InferError("The request has no 'inputs'.");
    }

    private void Inputs(InferRequest request)
    {
        Require(JsonTokenType.StartArray, "'inputs' must be an array.");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            var tensor = Input();
            foreach (var other in request.Inputs)
                if (other.Name == tensor.Name) throw new InferError($"The input '{Name.Shown(tensor.Name)}' is given twice.");
            if (request.Inputs.Count == MaxTensors) throw new InferError($"There are more than {MaxTensors} inputs.");
            request.Inputs.Add(tensor);
        }
    }

    private Tensor Input()
    {
        Require(JsonTokenType.StartObject, "Each input must be an object.");
        string? name = null;
        DataType? type = null;
        long[]? shape = null;
        Tensor? tensor = null;
        long binarySize = -1, dataAt = -1;
        while (Member(out var member))
        {
            switch (member)
            {
                case "name":
                    name = _reader.TokenType == JsonTokenType.String ? _reader.GetString() : throw new InferError("The name of an input must be a text.");
                    break;
                case "datatype":
                    type = Type(name);
                    break;
                case "shape":
                    shape = Shape(name);
                    break;
                case "parameters":
                    if (Parameter("binary_data_size") is { } size) binarySize = size is long bytes and >= 0 ? bytes : throw new InferError($"'binary_data_size' of the input '{Name.Shown(name)}' must be a whole number that is not negative.");
                    break;
                case "data":
                    if (dataAt >= 0) throw new InferError($"The input '{Name.Shown(name)}' gives 'data' twice.");
                    dataAt = _reader.TokenStartIndex;
                    if (name is not null && type is not null && shape is not null) tensor = Data(ref _reader, name, type, shape);
                    else _reader.Skip();
                    break;
                default:
                    _reader.Skip();
                    break;
            }
        }

        if (string.IsNullOrEmpty(name)) throw new InferError("An input has no name.");
        if (type is null) throw new InferError($"The input '{Name.Shown(name)}' has no datatype.");
        if (shape is null) throw new InferError($"The input '{Name.Shown(name)}' has no shape.");
        if (binarySize >= 0 == dataAt >= 0) throw new InferError($"The input '{Name.Shown(name)}' must have either 'data' or the parameter 'binary_data_size'.");
        if (tensor is not null) return tensor;
        if (binarySize >= 0) return Binary(name, type, shape, binarySize);
        // 'data' came before what says how to read it.
        var again = new Utf8JsonReader(_json[(int)dataAt..], new JsonReaderOptions { MaxDepth = MaxDimensions + 8, AllowMultipleValues = true });
        again.Read();
        return Data(ref again, name, type, shape);
    }

    private Tensor Binary(string name, DataType type, long[] shape, long size)
    {
        if (size > _binary.Length) throw new InferError($"The input '{Name.Shown(name)}' is said to have {size} bytes, and {_binary.Length} are left.");
        // An element takes its size, and four bytes at least where it says its own.
        var count = Count(name, shape, size / (type.Size == 0 ? 4 : type.Size));
        var tensor = type.Create(name, shape, count);
        if (tensor.Read(_binary[..(int)size]) is { } problem) throw new InferError($"The input '{Name.Shown(name)}' cannot be read: {problem}.");
        _binary = _binary[(int)size..];
        return tensor;
    }

    private readonly Tensor Data(ref Utf8JsonReader reader, string name, DataType type, long[] shape)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new InferError($"'data' of the input '{Name.Shown(name)}' must be an array.");
        if (type.Name == "FP16") throw new InferError($"The input '{Name.Shown(name)}' is FP16, which has no JSON form: send it in binary.");
        // Each element takes at least one byte and a comma.
        var count = Count(name, shape, (_json.Length / 2) + 1);
        var tensor = type.Create(name, shape, count);
        Span<int> counts = stackalloc int[MaxDimensions + 8];
        counts.Clear();
        var (depth, deepest, filled) = (0, 0, 0);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                if (++depth >= Math.Max(shape.Length, 1)) throw new InferError($"'data' of the input '{Name.Shown(name)}' is nested deeper than its shape.");
                counts[depth] = 0;
            }
            else if (reader.TokenType == JsonTokenType.EndArray)
            {
                if (deepest > 0 && counts[depth] != shape[depth]) throw Misshapen(name);
                if (depth == 0) break;
                counts[--depth]++;
                deepest = Math.Max(deepest, depth + 1);
            }
            else
            {
                if (filled == count) throw Misfit(name, shape, "more");
                if (depth != deepest && filled > 0) throw Misshapen(name);
                if (!tensor.TrySet(filled, ref reader)) throw new InferError($"Element {filled} of the input '{Name.Shown(name)}' is not a {type.Name}.");
                filled++;
                counts[depth]++;
                deepest = Math.Max(deepest, depth);
            }
        }

        if (filled < count) throw Misfit(name, shape, "fewer");
        if (deepest > 0 && deepest != shape.Length - 1 && count > 0) throw Misshapen(name);
        return tensor;
    }

    private List<(string Name, bool? Binary)> Outputs()
    {
        Require(JsonTokenType.StartArray, "'outputs' must be an array.");
        var outputs = new List<(string, bool?)>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            Require(JsonTokenType.StartObject, "Each output must be an object.");
            string? name = null;
            bool? binary = null;
            while (Member(out var member))
            {
                if (member == "name") name = _reader.TokenType == JsonTokenType.String ? _reader.GetString() : throw new InferError("The name of an output must be a text.");
                else if (member == "parameters") binary = Parameter("binary_data") as bool?;
                else _reader.Skip();
            }

            if (string.IsNullOrEmpty(name)) throw new InferError("An output has no name.");
            if (outputs.Exists(o => o.Item1 == name)) throw new InferError($"The output '{Name.Shown(name)}' is asked for twice.");
            if (outputs.Count == MaxTensors) throw new InferError($"There are more than {MaxTensors} outputs.");
            outputs.Add((name, binary));
        }

        return outputs;
    }

    private readonly DataType Type(string? name)
    {
        if (_reader.TokenType != JsonTokenType.String) throw new InferError($"The datatype of the input '{Name.Shown(name)}' must be a text.");
        var text = _reader.GetString()!;
        return DataType.All.TryGetValue(text, out var type) ? type : throw new InferError($"The input '{Name.Shown(name)}' has the unknown datatype '{Name.Shown(text)}'; known are {string.Join(", ", DataType.All.Keys.Order(StringComparer.Ordinal))}.");
    }

    private long[] Shape(string? name)
    {
        Require(JsonTokenType.StartArray, $"The shape of the input '{Name.Shown(name)}' must be an array.");
        var shape = new List<long>(4);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out var dimension) || dimension < 0)
                throw new InferError($"A dimension of the input '{Name.Shown(name)}' is not a whole number from 0 to {long.MaxValue}.");
            if (shape.Count == MaxDimensions) throw new InferError($"The input '{Name.Shown(name)}' has more than {MaxDimensions} dimensions.");
            shape.Add(dimension);
        }

        return [.. shape];
    }

    /// <summary>The product of a shape, once it is known that so many elements can have come.</summary>
    private static int Count(string name, long[] shape, long most)
    {
        if (Array.IndexOf(shape, 0) >= 0)
        {
            // The rows are counted by it, even where there is nothing in them.
            if (shape[0] > most) throw Misfit(name, shape, "fewer");
            return shape[0] <= MaxRows ? 0 : throw TooMany(name, shape);
        }

        long count = 1;
        foreach (var dimension in shape)
        {
            if (dimension > most || (count *= dimension) > most) throw Misfit(name, shape, "fewer");
        }

        return shape is [> MaxRows, ..] ? throw TooMany(name, shape) : (int)count;
    }

    private static InferError TooMany(string name, long[] shape) => new($"The input '{Name.Shown(name)}' has {shape[0]} rows; at most {MaxRows} are allowed in one request.");

    /// <summary>A truth value or whole number of the parameters at which the reader stands; null when it is not there.</summary>
    private object? Parameter(string wanted)
    {
        Require(JsonTokenType.StartObject, "'parameters' must be an object.");
        object? found = null;
        while (Member(out var name))
        {
            if (name == wanted)
            {
                found = _reader.TokenType switch
                {
                    JsonTokenType.True => true,
                    JsonTokenType.False => false,
                    JsonTokenType.Number when _reader.TryGetInt64(out var number) => number,
                    _ => "",
                };
            }

            _reader.Skip();
        }

        return found;
    }

    /// <summary>Goes to the next member's value; false at the end of the object.</summary>
    private bool Member(out string name)
    {
        name = "";
        if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndObject) return false;
        name = _reader.ValueTextEquals("data"u8) ? "data" : _reader.GetString()!;
        return _reader.Read();
    }

    private readonly void Require(JsonTokenType token, string otherwise)
    {
        if (_reader.TokenType != token) throw new InferError(otherwise);
    }

    private static void Once(ref int seen, int bit, string name)
    {
        if ((seen & bit) != 0) throw new InferError($"'{name}' is given twice.");
        seen |= bit;
    }

    private static InferError Misshapen(string name) => new($"'data' of the input '{Name.Shown(name)}' is nested otherwise than its shape.");

    private static InferError Misfit(string name, long[] shape, string how) => new($"The input '{Name.Shown(name)}' has {how} elements than its shape [{string.Join(", ", shape)}] says.");
}
