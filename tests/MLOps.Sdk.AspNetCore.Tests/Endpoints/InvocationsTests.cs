using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Serving;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class InvocationsTests
{
    private TestApp _app = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _app = await TestApp.StartAsync(
            o => o.AddModelType("echo", TestJson.Default.Echo).AddModel<float[], float[]>("echo"),
            app =>
            {
                app.MapInvocations("/invocations", TestApp.Model, TestJson.Default.Row, TestJson.Default.Double);
                app.MapInvocations("/echo", "echo", TestJson.Default.SingleArray, TestJson.Default.SingleArray);
                app.MapPredictBatch("/predict/batch", TestApp.Model, TestJson.Default.Row, TestJson.Default.Double);
            });
        await _app.PromoteAsync(10);
        var registry = _app.Services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("echo", new Echo(2));
        await registry.SetAliasAsync("echo", "champion", 1);
        await _app.Services.GetRequiredService<IModelServer>().RefreshAsync("echo");
    }

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [TestCase("/invocations", """{"dataframe_split":{"columns":["x","name"],"index":[0,1],"data":[[1,"a"],[2.5,null]]}}""", "[10,25]")]
    [TestCase("/invocations", """{"dataframe_records":[{"x":1,"name":"a"},{"x":2.5}]}""", "[10,25]")]
    [TestCase("/invocations", """{"instances":[{"x":1},{"x":2.5,"count":3}],"params":{"unused":1}}""", "[10,25]")]
    [TestCase("/invocations", """{"inputs":{"x":[1,2.5],"name":["a","b"]}}""", "[10,25]")]
    [TestCase("/invocations", """{"inputs":[{"x":1}]}""", "[10]")]
    [TestCase("/invocations", """{"dataframe_records":[]}""", "[]")]
    [TestCase("/echo", """{"instances":[[1,2],[3,4]]}""", "[[2,4],[6,8]]")]
    [TestCase("/echo", """{"inputs":[[1,2],[3,4]]}""", "[[2,4],[6,8]]")]
    [TestCase("/echo", """{"dataframe_split":{"columns":["a","b"],"data":[[1,2],[3,4]]}}""", "[[2,4],[6,8]]")]
    [TestCase("/echo", """{"inputs":{"a":[1,3],"b":[2,4]}}""", "[[2,4],[6,8]]")]
    public async Task Every_form_of_mlflows_clients_is_understood(string path, string body, string predictions)
    {
        using var response = await _app.PostAsync(path, body);
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo($$"""{"predictions":{{predictions}}}"""));
    }

    [TestCase("x,name,count\n1,a,3\n2.5,\"b, \"\"c\"\"\",4\n", "[10,25]")]
    [TestCase("name,x\r\n\"two\nlines\",1\r\n\r\n7,2.5", "[10,25]")]
    [TestCase("\uFEFFx\n1\n2.5", "[10,25]")]
    [TestCase("x\n", "[]")]
    public async Task Csv_is_understood(string body, string predictions)
    {
        using var response = await _app.PostAsync("/invocations", body, "text/csv; charset=utf-8");
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo($$"""{"predictions":{{predictions}}}"""));
    }

    [TestCase("{}", "exactly one of", 400)]
    [TestCase("[1]", "JSON object", 400)]
    [TestCase("{", "not valid JSON", 400)]
    [TestCase("""{"instances":[],"inputs":[]}""", "instances and inputs", 400)]
    [TestCase("""{"instances":[],"instances":[]}""", "twice", 400)]
    [TestCase("""{"instances":{"x":1}}""", "array of rows", 400)]
    [TestCase("""{"instances":[{"x":1},{"y":1}]}""", "Row 1: The body leaves out 'x'", 400)]
    [TestCase("""{"instances":[{"x":1e999}]}""", "beyond the range", 400)]
    [TestCase("""{"instances":[null]}""", "Row 0", 400)]
    [TestCase("""{"dataframe_split":{"data":[[1]]}}""", "columns", 400)]
    [TestCase("""{"dataframe_split":{"columns":["x"],"data":[[1,2]]}}""", "Row 0 has 2 values", 400)]
    [TestCase("""{"dataframe_split":{"columns":["x"],"data":[1]}}""", "not an array", 400)]
    [TestCase("""{"dataframe_split":[]}""", "object with", 400)]
    [TestCase("""{"inputs":{"x":[1,2],"name":["a"]}}""", "different lengths", 400)]
    [TestCase("""{"inputs":{}}""", "no columns", 400)]
    [TestCase("""{"inputs":{"x":1}}""", "not an array", 400)]
    [TestCase("""{"instances":[{"x":1,"name":"refuse"}]}""", "not one this model knows", 400)]
    [TestCase("""{"instances":[{"x":1,"name":"fail"}]}""", "failed on the server", 500)]
    public async Task What_is_none_of_the_forms_is_refused_with_what_is_wrong(string body, string says, int status)
    {
        using var response = await _app.PostAsync("/invocations", body);
        var answer = await TestApp.JsonAsync(response);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(answer.EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "error_code", "message" }));
        Assert.That(answer.GetProperty("message").GetString(), Does.Contain(says).And.Not.Contain("hunter2"));
    }

    [TestCase("x,name\n1", "header has 2")]
    [TestCase("x\nabc", "Row 0")]
    [TestCase("x,name\n1,\"a", "no end")]
    [TestCase("\n\n", "no header")]
    public async Task Csv_that_is_none_is_refused(string body, string says)
    {
        using var response = await _app.PostAsync("/invocations", body, "text/csv");
        Assert.That((int)response.StatusCode, Is.EqualTo(400));
        Assert.That((await TestApp.JsonAsync(response)).GetProperty("message").GetString(), Does.Contain(says));
    }

    [Test]
    public async Task Another_content_type_is_refused()
    {
        using var response = await _app.PostAsync("/invocations", "x=1", "application/x-www-form-urlencoded");
        Assert.That((int)response.StatusCode, Is.EqualTo(415));
    }

    [Test]
    public async Task Of_a_hundred_rows_one_of_which_is_poisoned_ninety_nine_are_answered()
    {
        var rows = Enumerable.Range(0, 100).Select(i => i == 41 ? """{"x":1,"name":"fail"}""" : $$"""{"x":{{i}}}""");
        using var response = await _app.PostAsync("/predict/batch", $"[{string.Join(",", rows)}]");
        var predictions = (await TestApp.JsonAsync(response)).GetProperty("predictions").EnumerateArray().ToList();
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(predictions.Where(p => p.TryGetProperty("value", out _)).Select(p => p.GetProperty("value").GetDouble()), Is.EqualTo(Enumerable.Range(0, 100).Where(i => i != 41).Select(i => i * 10.0)));
        Assert.That(predictions[41].GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("internal"));
        Assert.That(predictions[41].GetRawText(), Does.Not.Contain("hunter2"));
    }

    [TestCase("""{"x":1}""", "must be an array", null)]
    [TestCase("""[{"x":1},{"y":1}]""", "Item 1: The body leaves out 'x'", 1)]
    [TestCase("""[{"x":1}""", "not valid JSON", null)]
    public async Task A_batch_that_is_none_is_refused(string body, string says, int? index)
    {
        using var response = await _app.PostAsync("/predict/batch", body);
        var problem = await TestApp.JsonAsync(response);
        Assert.That(await TestApp.ProblemAsync(response, 400, "invalid"), Does.Contain(says));
        Assert.That(problem.TryGetProperty("index", out var at) ? at.GetInt32() : (int?)null, Is.EqualTo(index));
    }
}
