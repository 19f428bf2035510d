using System.Globalization;
using System.Text;
using MLOps.AspNetCore.Endpoints;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class TensorTests
{
    private static IEnumerable<string> Types() => DataType.All.Keys.Order(StringComparer.Ordinal);

    [Test]
    public void All_thirteen_datatypes_are_known() => Assert.That(Types(), Is.EqualTo(new[]
    {
        "BOOL", "BYTES", "FP16", "FP32", "FP64", "INT16", "INT32", "INT64", "INT8", "UINT16", "UINT32", "UINT64", "UINT8",
    }));

    [Test]
    public void Binary_elements_come_back_bit_for_bit([ValueSource(nameof(Types))] string type, [Values(0, 1, 2, 1000)] int count)
    {
        var (datatype, random) = (DataType.All[type], new Random(count + type.Length));
        var binary = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            var element = new byte[datatype.Size == 0 ? random.Next(20) : datatype.Size];
            random.NextBytes(element);
            if (type == "BOOL") element[0] &= 1;
            if (type == "BYTES") binary.AddRange(BitConverter.GetBytes(element.Length));
            binary.AddRange(element);
        }

        var json = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"inputs":[{"name":"t","datatype":"{{type}}","shape":[{{count}}],"parameters":{"binary_data_size":{{binary.Count}}} }]}"""));
        var request = InferReader.Read([.. json, .. binary], json.Length);
        var tensor = request.Inputs.Single();
        Assert.That((tensor.Count, tensor.Rows, tensor.BinarySize), Is.EqualTo((count, count, binary.Count)));

        request.BinaryOutputs = true;
        var answer = AnswerBuffer.Take();
        var length = InferWriter.Write(answer, "m", 1, request, request.Inputs);
        Assert.That(answer.Bytes.WrittenSpan[length!.Value..].ToArray(), Is.EqualTo(binary));
    }

    [Test]
    public void Json_elements_come_back_as_they_were_and_nested_is_as_good_as_flat([Values("FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "BOOL", "BYTES")] string type)
    {
        string[] values = type switch
        {
            "FP32" => ["1", "-0.5", "3.4028235E+38", "1E-45", "0.1", "16777216"],
            "FP64" => ["1", "-0.5", "1.7976931348623157E+308", "5E-324", "0.1", "9007199254740993"],
            "INT8" => ["0", "1", "-1", "127", "-128", "5"],
            "INT16" => ["0", "1", "-1", "32767", "-32768", "5"],
            "INT32" => ["0", "1", "-1", "2147483647", "-2147483648", "5"],
            "INT64" => ["0", "1", "-1", "9223372036854775807", "-9223372036854775808", "5"],
            "UINT8" => ["0", "1", "2", "255", "128", "5"],
            "UINT16" => ["0", "1", "2", "65535", "128", "5"],
            "UINT32" => ["0", "1", "2", "4294967295", "128", "5"],
            "UINT64" => ["0", "1", "2", "18446744073709551615", "128", "5"],
            "BOOL" => ["true", "false", "true", "true", "false", "false"],
            _ => ["\"\"", "\"a\"", "\"\\u00FC\"", "\"\\n\"", "\"x y\"", "\"\\uD83D\\uDE00\""],
        };
        var flat = Written($"[{string.Join(",", values)}]");
        var nested = Written($"[[{string.Join(",", values[..3])}],[{string.Join(",", values[3..])}]]");
        // The nearest double, as for everybody.
        Assert.That(flat, Is.EqualTo($"[{string.Join(",", values)}]".Replace("9007199254740993", "9007199254740992", StringComparison.Ordinal)));
        Assert.That(nested, Is.EqualTo(flat));

        string Written(string data)
        {
            var request = InferReader.Read(Encoding.UTF8.GetBytes($$"""{"inputs":[{"data":{{data}},"name":"t","datatype":"{{type}}","shape":[2,3]}]}"""), null);
            var answer = AnswerBuffer.Take();
            InferWriter.Write(answer, "m", 1, request, request.Inputs);
            var text = Encoding.UTF8.GetString(answer.Bytes.WrittenSpan);
            return text[(text.IndexOf("\"data\":", StringComparison.Ordinal) + 7)..^3];
        }
    }

    [Test]
    public void A_text_of_binary_bytes_that_lies_about_its_length_is_refused()
    {
        foreach (var binary in new byte[][] { [1, 0, 0], [5, 0, 0, 0, 1], [255, 255, 255, 255, 1], [0, 0, 0, 0, 9] })
        {
            var json = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"inputs":[{"name":"t","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":{{binary.Length}}} }]}"""));
            Assert.That(() => InferReader.Read([.. json, .. binary], json.Length), Throws.TypeOf<InferError>());
        }
    }
}
