using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Serving;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class OpenInferenceTests
{
    private TestApp _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await StartAsync();
        await _app.PromoteAsync(10, 20);
        await RegisterAsync("echo", new Echo(1));
        await RegisterAsync("judge", new Judge(1));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    internal static Task<TestApp> StartAsync(bool repository = false) => TestApp.StartAsync(
        o => o.AddModelType("echo", TestJson.Default.Echo).AddModelType("judge", TestJson.Default.Judge)
            .AddModel<float[], float[]>("echo").AddModel<Row, Verdict>("judge").AddModel<Row, double>("absent"),
        app => app.MapOpenInference("/v2", v2 =>
        {
            v2.Repository = repository;
            v2.MaxRequestBodySize = 1 << 20;
            v2.Add(TestApp.Model, TestJson.Default.Row, TestJson.Default.Double)
                .Add("echo", TestJson.Default.SingleArray, TestJson.Default.SingleArray)
                .Add("judge", TestJson.Default.Row, TestJson.Default.Verdict)
                .Add("absent", TestJson.Default.Row, TestJson.Default.Double);
        }));

    private async Task RegisterAsync(string model, object value)
    {
        var registry = _app.Services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync(model, value);
        await registry.SetAliasAsync(model, "champion", 1);
        await _app.Services.GetRequiredService<IModelServer>().RefreshAsync(model);
    }

    /// <summary>Every path and verb of the protocol, and what it answers with.</summary>
    [TestCase("GET", "/v2", 200, "name,version,extensions")]
    [TestCase("GET", "/v2/health/live", 200, "live")]
    [TestCase("GET", "/v2/health/ready", 503, "ready")]
    [TestCase("GET", "/v2/models/scaled", 200, "name,versions,platform,inputs,outputs")]
    [TestCase("GET", "/v2/models/scaled/versions/1", 200, "name,versions,platform,inputs,outputs")]
    [TestCase("GET", "/v2/models/scaled/versions/2", 404, "error")]
    [TestCase("GET", "/v2/models/scaled/versions/0", 404, "error")]
    [TestCase("GET", "/v2/models/scaled/versions/x", 404, "error")]
    [TestCase("GET", "/v2/models/scaled/versions/99999999999999999999", 404, "error")]
    [TestCase("GET", "/v2/models/nobody", 404, "error")]
    [TestCase("GET", "/v2/models/scaled/ready", 200, "name,ready")]
    [TestCase("GET", "/v2/models/scaled/versions/1/ready", 200, "name,ready")]
    [TestCase("GET", "/v2/models/scaled/versions/2/ready", 503, "name,ready")]
    [TestCase("GET", "/v2/models/absent/ready", 503, "name,ready")]
    [TestCase("GET", "/v2/models/absent", 200, "name,versions,platform,inputs,outputs")]
    [TestCase("GET", "/v2/models/scaled/stats", 200, "model_stats")]
    [TestCase("GET", "/v2/models/scaled/versions/1/stats", 200, "model_stats")]
    [TestCase("GET", "/v2/models/scaled/versions/7/stats", 404, "error")]
    [TestCase("GET", "/v2/models/stats", 200, "model_stats")]
    [TestCase("POST", "/v2/models/scaled/infer", 200, "model_name,model_version,outputs")]
    [TestCase("POST", "/v2/models/scaled/versions/1/infer", 200, "model_name,model_version,outputs")]
    [TestCase("POST", "/v2/models/scaled/versions/2/infer", 404, "error")]
    [TestCase("POST", "/v2/models/nobody/infer", 404, "error")]
    [TestCase("POST", "/v2/models/absent/infer", 503, "error")]
    [TestCase("GET", "/v2/models/scaled/infer", 405, null)]
    [TestCase("POST", "/v2/models/scaled", 405, null)]
    [TestCase("DELETE", "/v2/models/scaled", 405, null)]
    [TestCase("POST", "/v2/repository/index", 404, null)]
    [TestCase("POST", "/v2/repository/models/scaled/unload", 404, null)]
    public async Task Every_path_answers_as_the_protocol_has_it(string verb, string path, int status, string? members)
    {
        var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (verb == "POST") request.Content = new StringContent("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[2]}]}""", Encoding.UTF8, "application/json");
        using var response = await _app.Client.SendAsync(request);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        if (members is null) return;
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
        Assert.That((await TestApp.JsonAsync(response)).EnumerateObject().Select(p => p.Name), Is.EqualTo(members.Split(',')));
    }

    [TestCase("scaled", """{"id":"42","inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1.5,2]}]}""",
        """{"model_name":"scaled","model_version":"1","id":"42","outputs":[{"name":"prediction","datatype":"FP64","shape":[2],"data":[15,20]}]}""")]
    [TestCase("scaled", """{"inputs":[{"data":[1,2],"datatype":"INT32","shape":[2,1],"name":"x"},{"name":"name","shape":[2],"datatype":"BYTES","data":["a\u00e9","b"]}]}""",
        """{"model_name":"scaled","model_version":"1","outputs":[{"name":"prediction","datatype":"FP64","shape":[2],"data":[10,20]}]}""")]
    [TestCase("echo", """{"inputs":[{"name":"any","shape":[2,3],"datatype":"FP32","data":[[1,2,3],[4,5,6]]}]}""",
        """{"model_name":"echo","model_version":"1","outputs":[{"name":"prediction","datatype":"FP32","shape":[2,3],"data":[1,2,3,4,5,6]}]}""")]
    [TestCase("echo", """{"inputs":[{"name":"any","shape":[2,3],"datatype":"FP32","data":[1,2,3,4,5,6]}],"outputs":[{"name":"prediction"}]}""",
        """{"model_name":"echo","model_version":"1","outputs":[{"name":"prediction","datatype":"FP32","shape":[2,3],"data":[1,2,3,4,5,6]}]}""")]
    [TestCase("echo", """{"inputs":[{"name":"any","shape":[0,3],"datatype":"FP32","data":[]}]}""",
        """{"model_name":"echo","model_version":"1","outputs":[{"name":"prediction","datatype":"FP32","shape":[0,0],"data":[]}]}""")]
    [TestCase("judge", """{"inputs":[{"name":"x","shape":[3],"datatype":"FP64","data":[0,1.5,9]}],"outputs":[{"name":"sure"},{"name":"label"}]}""",
        """{"model_name":"judge","model_version":"1","outputs":[{"name":"sure","datatype":"BOOL","shape":[3],"data":[false,false,true]},{"name":"label","datatype":"BYTES","shape":[3],"data":["low","\u003Chigh\u003E","\u003Chigh\u003E"]}]}""")]
    public async Task A_request_is_answered_to_the_letter(string model, string request, string answer)
    {
        using var response = await _app.PostAsync($"/v2/models/{model}/infer", request);
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(answer));
    }

    [TestCase("{", "not valid JSON")]
    [TestCase("[]", "must be a JSON object")]
    [TestCase("{}", "no 'inputs'")]
    [TestCase("""{"inputs":[]}""", "the model takes x, name, count")]
    [TestCase("""{"inputs":{}}""", "must be an array")]
    [TestCase("""{"inputs":[1]}""", "must be an object")]
    [TestCase("""{"id":1,"inputs":[]}""", "'id' must be a text")]
    [TestCase("""{"inputs":[{"shape":[1],"datatype":"FP64","data":[1]}]}""", "has no name")]
    [TestCase("""{"inputs":[{"name":"x","datatype":"FP64","data":[1]}]}""", "no shape")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"data":[1]}]}""", "no datatype")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64"}]}""", "either 'data' or")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP128","data":[1]}]}""", "unknown datatype 'FP128'")]
    [TestCase("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1]}]}""", "fewer elements")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1,2]}]}""", "more elements")]
    [TestCase("""{"inputs":[{"name":"x","shape":[9223372036854775807],"datatype":"FP64","data":[1]}]}""", "fewer elements")]
    [TestCase("""{"inputs":[{"name":"x","shape":[9223372036854775808],"datatype":"FP64","data":[1]}]}""", "whole number")]
    [TestCase("""{"inputs":[{"name":"x","shape":[4294967296,4294967296],"datatype":"FP64","data":[1]}]}""", "fewer elements")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}],"outputs":[{"name":"y"},{"name":"y"}]}""", "asked for twice")]
    [TestCase("""{"inputs":[{"name":"x","shape":[0,9223372036854775807],"datatype":"FP64","data":[1]}]}""", "more elements")]
    [TestCase("""{"inputs":[{"name":"x","shape":[-1],"datatype":"FP64","data":[1]}]}""", "whole number")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1.5],"datatype":"FP64","data":[1]}]}""", "whole number")]
    [TestCase("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[[1,2,3],[4]]}]}""", "nested otherwise")]
    [TestCase("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[1,[2,3],4]}]}""", "nested otherwise")]
    [TestCase("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[[1],[2]]}]}""", "nested deeper")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":["1"]}]}""", "not a FP64")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1e999]}]}""", "not a FP64")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"INT8","data":[128]}]}""", "not a INT8")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"UINT8","data":[-1]}]}""", "not a UINT8")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"BOOL","data":[1]}]}""", "not a BOOL")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP16","data":[1]}]}""", "in binary")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[null]}]}""", "not a FP64")]
    [TestCase("""{"inputs":[{"name":"z","shape":[1],"datatype":"FP64","data":[1]}]}""", "no input 'z'")]
    [TestCase("""{"inputs":[{"name":"name","shape":[1],"datatype":"BYTES","data":["a"]}]}""", "Row 0")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""", "given twice")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]},{"name":"count","shape":[2],"datatype":"INT32","data":[1,2]}]}""", "rows")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1],"parameters":{"binary_data_size":8}}]}""", "either 'data' or")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","parameters":{"binary_data_size":8}}]}""", "0 are left")]
    [TestCase("""{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1]}],"outputs":[{"name":"y"}]}""", "no output 'y'")]
    [TestCase("""{"inputs":[{"name":"name","shape":[1],"datatype":"BYTES","data":["refuse"]},{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""", "not one this model knows")]
    public async Task A_request_that_is_none_is_refused_with_what_is_wrong(string request, string says)
    {
        using var response = await _app.PostAsync("/v2/models/scaled/infer", request);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That((await TestApp.JsonAsync(response)).GetProperty("error").GetString(), Does.Contain(says));
    }

    [Test]
    public async Task What_a_model_throws_is_not_shown()
    {
        using var response = await _app.PostAsync("/v2/models/scaled/infer", """{"inputs":[{"name":"name","shape":[1],"datatype":"BYTES","data":["fail"]},{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""");
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(500));
        Assert.That(text, Does.StartWith("{\"error\":").And.Not.Contain("hunter2"));
        using var nan = await _app.PostAsync("/v2/models/scaled/infer", """{"inputs":[{"name":"name","shape":[1],"datatype":"BYTES","data":["nan"]},{"name":"x","shape":[1],"datatype":"FP64","data":[1]}]}""");
        Assert.That((await TestApp.JsonAsync(nan)).GetProperty("error").GetString(), Does.Contain("binary"));
    }

    [Test]
    public async Task A_body_that_is_too_long_is_refused()
    {
        using var response = await _app.PostAsync("/v2/models/echo/infer", new string(' ', 2 << 20));
        Assert.That((int)response.StatusCode, Is.EqualTo(413));
        Assert.That((await TestApp.JsonAsync(response)).TryGetProperty("error", out _));
    }

    [Test]
    public async Task Binary_tensors_come_and_go_as_raw_bytes_behind_the_json()
    {
        var values = new float[] { 1, -2.5f, float.NaN, float.PositiveInfinity, float.Epsilon, 0 };
        var json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"any","shape":[2,3],"datatype":"FP32","parameters":{"binary_data_size":24}}],"parameters":{"binary_data_output":true}}""");
        using var response = await BinaryAsync("echo", json, values.SelectMany(BitConverter.GetBytes).ToArray());
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var body = await response.Content.ReadAsByteArrayAsync();
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        using var answer = JsonDocument.Parse(body.AsMemory(0, length));
        Assert.That(answer.RootElement.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32(), Is.EqualTo(24));
        Assert.That(Enumerable.Range(0, 6).Select(i => BitConverter.ToSingle(body, length + (i * 4))), Is.EqualTo(values));
    }

    [TestCase(23, "fewer elements")]
    [TestCase(25, "needs 24|belong to no")]
    public async Task Binary_of_the_wrong_length_is_refused(int bytes, string says)
    {
        var json = Encoding.UTF8.GetBytes($$$"""{"inputs":[{"name":"any","shape":[2,3],"datatype":"FP32","parameters":{"binary_data_size":{{{bytes}}}}}]}""");
        using var response = await BinaryAsync("echo", json, new byte[bytes]);
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That((await TestApp.JsonAsync(response)).GetProperty("error").GetString(), Does.Match(says));
    }

    [Test]
    public async Task The_repository_loads_and_unloads_where_it_is_asked_for()
    {
        await using var app = await StartAsync(repository: true);
        await app.PromoteAsync(3);
        using var index = await app.PostAsync("/v2/repository/index", "{}");
        var models = (await TestApp.JsonAsync(index)).EnumerateArray().ToList();
        Assert.That(models.Select(m => (m.GetProperty("name").GetString(), m.GetProperty("state").GetString())), Does.Contain(("scaled", "READY")).And.Contain(("echo", "UNAVAILABLE")));

        using var unload = await app.PostAsync("/v2/repository/models/scaled/unload", "{}");
        using var gone = await app.Client.GetAsync("/v2/models/scaled/ready");
        using var load = await app.PostAsync("/v2/repository/models/scaled/load", "{}");
        using var back = await app.Client.GetAsync("/v2/models/scaled/ready");
        using var unknown = await app.PostAsync("/v2/repository/models/nobody/load", "{}");
        using var nothing = await app.PostAsync("/v2/repository/models/echo/load", "{}");
        Assert.That(new[] { unload, gone, load, back, unknown, nothing }.Select(r => (int)r.StatusCode), Is.EqualTo(new[] { 200, 503, 200, 200, 404, 404 }));
    }

    [Test]
    public async Task Statistics_count_what_was_answered_and_what_failed()
    {
        await using var app = await StartAsync();
        await app.PromoteAsync(3);
        foreach (var body in new[] { """{"inputs":[{"name":"x","shape":[3],"datatype":"FP64","data":[1,2,3]}]}""", "{}" }) (await app.PostAsync("/v2/models/scaled/infer", body)).Dispose();
        using var response = await app.Client.GetAsync("/v2/models/scaled/stats");
        var stats = (await TestApp.JsonAsync(response)).GetProperty("model_stats")[0];
        Assert.That((stats.GetProperty("inference_count").GetInt32(), stats.GetProperty("execution_count").GetInt32()), Is.EqualTo((3, 1)));
        Assert.That(stats.GetProperty("inference_stats").GetProperty("fail").GetProperty("count").GetInt32(), Is.EqualTo(1));
        Assert.That(stats.GetProperty("inference_stats").GetProperty("success").GetProperty("ns").GetInt64(), Is.GreaterThan(0));
    }

    /// <summary>Valid requests with bytes changed, cut and put in at random, and garbage: never a failure of the server.</summary>
    [Test]
    public async Task Garbage_is_the_callers_fault_and_takes_no_memory()
    {
        var random = new Random(11);
        string[] seeds =
        [
            """{"id":"1","inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1.5,2]},{"name":"name","shape":[2],"datatype":"BYTES","data":["a","b"]}],"outputs":[{"name":"prediction","parameters":{"binary_data":true}}]}""",
            """{"inputs":[{"data":[[1,2,3],[4,5,6]],"name":"any","shape":[2,3],"datatype":"FP32"}],"parameters":{"binary_data_output":false}}""",
            """{"inputs":[{"name":"any","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}}]}12345678""",
        ];
        string[] bits = ["9223372036854775807", "-1", "1e999", "[[[[[[", "]", "}", "{", "null", "\"", "\\ud800", "\0", "FP16", "BYTES", "INT64", "shape", "[4294967296,4294967296]", "binary_data_size", "0", ",", ":"];
        var statuses = new SortedDictionary<int, int>();
        var before = GC.GetTotalAllocatedBytes();
        var sent = 0L;
        for (var round = 0; round < 3000; round++)
        {
            var body = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]).ToList();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(body.Count);
                if (random.Next(4) == 0) body[at] = (byte)random.Next(256);
                else if (random.Next(3) == 0) body.RemoveRange(at, Math.Min(random.Next(1, 12), body.Count - at));
                else body.InsertRange(at, Encoding.UTF8.GetBytes(bits[random.Next(bits.Length)]));
                if (body.Count == 0) body.Add(0);
            }

            sent += body.Count;
            var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{(random.Next(2) == 0 ? "scaled" : "echo")}/infer") { Content = new ByteArrayContent([.. body]) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (random.Next(3) == 0) request.Headers.TryAddWithoutValidation("Inference-Header-Content-Length", random.Next(5) switch { 0 => "99999999999", 1 => "-1", _ => random.Next(body.Count + 3).ToString(System.Globalization.CultureInfo.InvariantCulture) });
            using var response = await _app.Client.SendAsync(request);
            statuses[(int)response.StatusCode] = statuses.GetValueOrDefault((int)response.StatusCode) + 1;
            if ((int)response.StatusCode >= 500) Assert.Fail($"{response.StatusCode} for {Encoding.UTF8.GetString([.. body])}: {await response.Content.ReadAsStringAsync()}");
            if (!response.IsSuccessStatusCode) Assert.That((await TestApp.JsonAsync(response)).TryGetProperty("error", out _));
        }

        TestContext.Out.WriteLine(string.Join(", ", statuses.Select(s => $"{s.Key}: {s.Value}")) + $"; {(GC.GetTotalAllocatedBytes() - before) / 3000} bytes allocated for each of {sent / 3000} bytes");
        Assert.That(statuses.Keys, Does.Contain(200).And.Contain(400));
        Assert.That((GC.GetTotalAllocatedBytes() - before) / 3000, Is.LessThan(200_000), "the whole of client and server");
    }

    private Task<HttpResponseMessage> BinaryAsync(string model, byte[] json, byte[] binary)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{model}/infer") { Content = new ByteArrayContent([.. json, .. binary]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Add("Inference-Header-Content-Length", json.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return _app.Client.SendAsync(request);
    }
}
