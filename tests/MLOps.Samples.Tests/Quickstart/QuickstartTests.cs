using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MLOps.Samples.Tests.Quickstart;

/// <summary>The project's main job, run as its user runs it.</summary>
public sealed partial class QuickstartTests
{
    private string _folder = null!;
    private readonly List<string[]> _tellings = [];

    [OneTimeSetUp]
    public async Task Tell_the_story_twice()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-quickstart-").FullName;
        for (var i = 0; i < 2; i++) _tellings.Add(await RunAsync());
    }

    [OneTimeTearDown]
    public void Clean_up() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void It_ends_with_no_failed_prediction_and_a_model_at_least_a_fifth_better([Values(0, 1)] int telling)
    {
        var last = LastLine().Match(_tellings[telling][^1]);

        Assert.That(last.Success, _tellings[telling][^1]);
        Assert.Multiple(() =>
        {
            Assert.That(last.Groups["predictions"].Value, Is.EqualTo("8734"));
            Assert.That(last.Groups["failed"].Value, Is.EqualTo("0"));
            Assert.That(Number(last, "after"), Is.LessThanOrEqualTo(0.8 * Number(last, "before")));
        });
    }

    [Test]
    public void It_tells_of_drift_retraining_a_rejection_a_rollback_and_an_unbroken_chain()
    {
        var story = string.Join('\n', _tellings[0]);

        foreach (var part in (string[])["tagged 2011", "the quality fell", "promoted", "rejected", "Rolled back from v", "trained on dataset:", "none changed"])
            Assert.That(story, Does.Contain(part));
    }

    [Test]
    public void The_second_telling_goes_on_in_the_same_store() =>
        Assert.That(string.Join('\n', _tellings[1]), Does.Contain("The store knows 2011 already").And.Contain("the story begins anew"));

    [Test]
    public void The_report_holds_its_pictures_and_asks_the_network_for_nothing()
    {
        var html = File.ReadAllText(Path.Combine(_folder, "quickstart-report.html"));

        Assert.Multiple(() =>
        {
            Assert.That(Regex.Count(html, "<svg"), Is.GreaterThanOrEqualTo(3));
            Assert.That(html, Does.Contain("default-src 'none'"));
            Assert.That(Regex.Matches(html, "(?:src|href)=\"([^\"#][^\"]*)\""), Is.Empty);
        });
    }

    [Test]
    public async Task The_report_opens_from_disk_in_a_real_browser_and_shows_its_charts([Values(ColorScheme.Light, ColorScheme.Dark)] ColorScheme scheme)
    {
        var chromium = Requirement.Chromium();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ColorScheme = scheme });
        var (complaints, requests) = (new List<string>(), new List<string>());
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
        var report = new Uri(Path.Combine(_folder, "quickstart-report.html")).AbsoluteUri;

        await page.GotoAsync(report);

        var charts = await page.Locator("figure svg").AllAsync();
        Assert.That(charts, Has.Count.GreaterThanOrEqualTo(3));
        foreach (var chart in charts)
        {
            var box = await chart.BoundingBoxAsync();
            Assert.That(box, Is.Not.Null);
            Assert.That((box!.Width > 300, box.Height > 100), Is.EqualTo((true, true)), "a chart has a size");
        }

        Assert.Multiple(() =>
        {
            Assert.That(complaints, Is.Empty, "neither errors nor violations of the page's own policy");
            Assert.That(requests, Is.EqualTo(new[] { report }), "the file itself and nothing else");
        });
    }

    private async Task<string[]> RunAsync()
    {
        var (code, output, errors) = await ChildProcess.RunAsync(ChildProcess.Of(Requirement.Built("samples/Quickstart", "Quickstart"), _folder));
        Assert.That(code, Is.Zero, errors);
        return output.TrimEnd().Split('\n');
    }

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^Quickstart finished: (?<predictions>\d+) predictions, (?<failed>\d+) failed, RMSE before (?<before>[\d.]+), after (?<after>[\d.]+)$")]
    private static partial Regex LastLine();
}
