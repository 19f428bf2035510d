using System.Text.Json;
using System.Xml.Linq;
using MLOps.Delivery;
using MLOps.Models;
using MLOps.Tests.Monitoring;

namespace MLOps.Tests.Delivery;

internal sealed class GateReportTests
{
    [TestCase("Passed Warned NotApplicable", GateOutcome.Warned, 0)]
    [TestCase("NotApplicable", GateOutcome.Passed, 0)]
    [TestCase("", GateOutcome.Passed, 0)]
    [TestCase("Passed Failed Inconclusive", GateOutcome.Failed, 1)]
    [TestCase("Passed Inconclusive", GateOutcome.Inconclusive, 1)]
    [TestCase("Failed Error", GateOutcome.Error, 2)]
    public async Task The_exit_code_is_that_of_the_worst_outcome(string outcomes, GateOutcome worst, int code)
    {
        await using var world = new LiveWorld();
        var report = Report(await world.RegisterAsync(), outcomes);
        Assert.That((report.Outcome, report.ExitCode, report.Passed), Is.EqualTo((worst, code, code == 0)));
    }

    [Test]
    public async Task It_is_read_by_those_who_read_JUnit_JSON_and_Markdown_whatever_stands_in_it()
    {
        await using var world = new LiveWorld();
        var version = await world.RegisterAsync();
        var report = Report(version, "Passed Failed Error NotApplicable", "<script>\0\uD800 ]]> | `x` \"&");
        var suite = XElement.Parse(report.ToJUnit());
        Assert.That(suite.Attributes().ToDictionary(a => a.Name.LocalName, a => a.Value), Is.EqualTo(new Dictionary<string, string> { ["name"] = "line/1", ["tests"] = "4", ["failures"] = "1", ["errors"] = "1", ["skipped"] = "1" }));
        Assert.That(suite.Elements("testcase").Select(c => string.Join(',', c.Elements().Select(e => e.Name.LocalName))), Is.EqualTo(new[] { "system-out", "failure,system-out", "error,system-out", "skipped,system-out" }));
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.That(json.RootElement.GetProperty("digest").GetString(), Is.EqualTo(version.Digest.Hex));
        Assert.That(json.RootElement.GetProperty("gates")[1].GetProperty("evidence").GetProperty("p").GetString(), Is.EqualTo("NaN"));
        Assert.That(report.ToMarkdown(), Does.Not.Contain("<script>").And.Contain("failed"));
        Assert.That(report.ToJson(), Is.EqualTo(Report(version, "Passed Failed Error NotApplicable", "<script>\0\uD800 ]]> | `x` \"&").ToJson()));
    }

    [Test]
    public async Task A_verdict_on_another_content_does_not_get_in()
    {
        await using var world = new LiveWorld();
        var (one, two) = (await world.RegisterAsync(), await world.RegisterAsync(3));
        Assert.That(() => GateReport.Of(two, Report(one, "Passed").Verdicts), Throws.TypeOf<MLOpsInvalidException>());
    }

    private static GateReport Report(ModelVersion version, string outcomes, string message = "As told.") => GateReport.Of(
        version,
        [.. outcomes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((o, i) => new GateVerdict
        {
            Id = new string('0', 32), Gate = $"g{i}", Model = version.Model, Number = version.Number, Digest = version.Digest, Outcome = Enum.Parse<GateOutcome>(o), Message = message,
            Evidence = new Dictionary<string, double> { ["p"] = double.NaN }, Actor = "tester", At = DateTimeOffset.UnixEpoch,
        })]);
}
