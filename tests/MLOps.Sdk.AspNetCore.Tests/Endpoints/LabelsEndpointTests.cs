using System.Net;

namespace MLOps.AspNetCore.Tests.Endpoints;

public sealed class LabelsEndpointTests
{
    private const string Unserved = "p-00000000000000ff-1";

    [Test]
    public async Task One_label_or_many_are_taken_again_and_again()
    {
        await using var app = await TestApp.StartAsync();
        var ids = await PredictAsync(app, 3);

        using var one = await app.PostAsync("/labels", $$"""{"id":"{{ids[0]}}","value":12.5}""");
        using var again = await app.PostAsync("/labels", $$"""{"id":"{{ids[0]}}","value":13,"observedAt":"2012-05-01T18:00:00Z"}""");
        using var many = await app.PostAsync("/labels", $$"""[{"id":"{{ids[1]}}","value":1,"observedAt":null},{"observedAt":"2012-05-01T18:00:00.123+02:00","value":-0.5e3,"id":"{{ids[2]}}"}]""");
        using var none = await app.PostAsync("/labels", "[]");

        Assert.That(new[] { one, again, many, none }.Select(r => r.StatusCode), Is.All.EqualTo(HttpStatusCode.NoContent));
    }

    [TestCase("", "is empty")]
    [TestCase("{", "not valid JSON")]
    [TestCase("3", "A label is an object")]
    [TestCase("null", "A label is an object")]
    [TestCase("""{"value":1}""", "needs the 'id'")]
    [TestCase("""{"id":"ID"}""", "needs a 'value'")]
    [TestCase("""{"id":"p-1","value":1}""", "'p-1' is not a prediction id")]
    [TestCase("""{"id":7,"value":1}""", "'7' is not a prediction id")]
    [TestCase("""{"id":null,"value":1}""", "is not a prediction id")]
    [TestCase("""{"id":"ID","value":NaN}""", "not valid JSON")]
    [TestCase("""{"id":"ID","value":"NaN"}""", "finite number")]
    [TestCase("""{"id":"ID","value":1e999}""", "finite number")]
    [TestCase("""{"id":"ID","value":true}""", "finite number")]
    [TestCase("""{"id":"ID","value":1,"observed_at":"2012-05-01T18:00:00Z"}""", "no member 'observed_at'")]
    [TestCase("""{"id":"ID","value":1,"value":2}""", "names a member twice")]
    [TestCase("""{"id":"ID","value":1,"observedAt":"2012-05-01T18:00:00"}""", "with an offset")]
    [TestCase("""{"id":"ID","value":1,"observedAt":1335895200}""", "with an offset")]
    public async Task A_label_that_is_none_is_refused_with_what_is_wrong(string body, string says)
    {
        await using var app = await TestApp.StartAsync();
        var id = (await PredictAsync(app, 1))[0];

        using var response = await app.PostAsync("/labels", body.Replace("ID", id, StringComparison.Ordinal));

        Assert.That(await TestApp.ProblemAsync(response, 400, "invalid"), Does.Contain(says));
    }

    [Test]
    public async Task The_problem_names_the_items_index()
    {
        await using var app = await TestApp.StartAsync();
        var id = (await PredictAsync(app, 1))[0];
        var good = $$"""{"id":"{{id}}","value":1}""";

        using var invalid = await app.PostAsync("/labels", $$"""[{{good}},{{good}},{"id":"{{id}}","value":"many"}]""");
        using var unknown = await app.PostAsync("/labels", $$"""[{{good}},{"id":"{{Unserved}}","value":1}]""");

        Assert.That(await TestApp.ProblemAsync(invalid, 400, "invalid"), Does.StartWith("Item 2:"));
        Assert.That((await TestApp.JsonAsync(invalid)).GetProperty("index").GetInt32(), Is.EqualTo(2));
        await TestApp.ProblemAsync(unknown, 404, "not-found");
        Assert.That((await TestApp.JsonAsync(unknown)).GetProperty("index").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task Ten_thousand_are_taken_and_one_more_is_not()
    {
        await using var app = await TestApp.StartAsync();
        var id = (await PredictAsync(app, 1))[0];
        string Labels(int count) => $"[{string.Join(",", Enumerable.Repeat($$"""{"id":"{{id}}","value":1}""", count))}]";

        using var most = await app.PostAsync("/labels", Labels(10_000));
        using var more = await app.PostAsync("/labels", Labels(10_001));
        using var huge = await app.PostAsync("/labels", Labels(150_000));

        Assert.That(most.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await TestApp.ProblemAsync(more, 400, "invalid"), Does.Contain("10001").And.Contain("10000"));
        await TestApp.ProblemAsync(huge, 413, "invalid");
    }

    private static async Task<List<string>> PredictAsync(TestApp app, int count)
    {
        await app.PromoteAsync(1);
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            using var response = await app.PostAsync("/predict", """{"x":1}""");
            ids.Add((await TestApp.JsonAsync(response)).GetProperty("id").GetString()!);
        }

        return ids;
    }
}
