using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLOps.Charts;

public sealed partial class HtmlReportTests
{
    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<script type=\"application/json\" id=\"facts\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Facts();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Pictures();

    [Test]
    public void The_page_stands_alone_under_a_policy_that_allows_its_style_only()
    {
        var html = Samples.Report().ToHtml();
        if (Environment.GetEnvironmentVariable("MLOPS_SAMPLE_REPORT") is { Length: > 0 } path) File.WriteAllText(path, html);
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style().Match(html).Groups[1].Value)));
        Assert.That(html, Does.Contain($"content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\""));
        Assert.That(Style().Count(html), Is.EqualTo(1));
        Assert.That(html, Does.Not.Contain("style=").And.Not.Contains(" src=").And.Not.Contains("href=").And.Not.Contains("url("));
        Assert.That(html.Length, Is.LessThan(400_000));
        foreach (Match picture in Pictures().Matches(html)) Xml.Parse(picture.Value);
    }

    [Test]
    public void Equal_calls_give_equal_bytes()
    {
        var (first, second) = (Samples.Report().ToHtml(), Samples.Report().ToHtml());
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Nothing_given_becomes_markup()
    {
        var tame = Samples.Report("x").ToHtml();
        var hostile = new HtmlReport(Samples.Hostile).Subtitle(Samples.Hostile).Verdict(ReportTone.Bad, Samples.Hostile).Section(Samples.Hostile).Paragraph(Samples.Hostile)
            .Tiles(new ReportTile(Samples.Hostile, Samples.Hostile, Samples.Hostile)).Table([new(Samples.Hostile)], [[Samples.Hostile]], Samples.Hostile)
            .Chart(new Sparkline { Title = Samples.Hostile, Values = [1, 2] }, Samples.Hostile).Footer(Samples.Hostile)
            .Facts(JsonSerializer.Serialize(Samples.Hostile)).ToHtml();
        Assert.That(hostile, Does.Not.Contain("<script>").And.Not.Contains("onload='").And.Not.Contains("\" onload"));
        Assert.That(Regex.Count(hostile, "</script"), Is.EqualTo(1));
        Assert.That(hostile.EnumerateRunes().All(rune => rune.Value is '\n' or >= 0x20 and not (>= 0x202A and <= 0x202E)));
        Assert.That(hostile, Does.Contain("名前"));
        Assert.That(Regex.Count(Samples.Report(Samples.Hostile).ToHtml(), "<[a-z]"), Is.EqualTo(Regex.Count(tame, "<[a-z]")), "hostile names added an element");
    }

    [Test]
    public void Embedded_facts_read_back_as_they_were_given()
    {
        var html = Samples.Report().ToHtml();
        using var facts = JsonDocument.Parse(Facts().Match(html).Groups[1].Value);
        Assert.That(facts.RootElement.GetProperty("note").GetString(), Is.EqualTo("</script><b>&"));
        Assert.That(() => new HtmlReport("t").Facts("{oops"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("not a JSON document"));
    }

    [Test]
    public void A_meaning_is_a_sign_and_not_only_a_colour()
    {
        var html = new HtmlReport("t").Verdict(ReportTone.Bad, "no").Table([new("a")], [[new("ok", ReportTone.Good)]]).ToHtml();
        Assert.That(html, Does.Contain("✕").And.Contains("✓"));
    }

    [Test]
    public void An_empty_report_is_a_page() => Assert.That(new HtmlReport("").Tiles().Table([], []).ToHtml(), Does.EndWith("</html>\n"));
}
