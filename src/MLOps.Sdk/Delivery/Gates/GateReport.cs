using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;
using MLOps.Models;

namespace MLOps.Delivery;

/// <summary>
/// What gates said of one version, for a build server: as JSON, as JUnit for its list of tests, as Markdown for its summary, and as an exit code. The same verdicts give the same bytes.
/// </summary>
/// <example><code>
/// var report = GateReport.Of(candidate, await deployments.CheckAsync(candidate, new() { Gates = gates }));
/// await File.WriteAllTextAsync("gates.xml", report.ToJUnit());
/// return report.ExitCode;     // 0 passed, 1 a gate said no or could not say, 2 a gate went wrong
/// </code></example>
public sealed class GateReport
{
    private GateReport(ModelVersion candidate, IReadOnlyList<GateVerdict> verdicts) => (Candidate, Verdicts) = (candidate, verdicts);

    /// <summary>The version judged.</summary>
    public ModelVersion Candidate { get; }

    /// <summary>What the gates said, in the order in which they were asked.</summary>
    public IReadOnlyList<GateVerdict> Verdicts { get; }

    /// <summary>The worst of all outcomes: an error, a failure, an inconclusive one, a warning; passed without any gate.</summary>
    public GateOutcome Outcome => Verdicts.Select(v => v.Outcome).Where(o => o is not GateOutcome.NotApplicable).OrderByDescending(Rank).FirstOrDefault(GateOutcome.Passed);

    /// <summary>Whether the candidate may go on.</summary>
    public bool Passed => !Outcome.Blocks();

    /// <summary>For a process: 0 when it may go on, 1 when a gate said no or could not say, 2 when a gate went wrong.</summary>
    public int ExitCode => Outcome is GateOutcome.Error ? 2 : Passed ? 0 : 1;

    /// <summary>Makes a report.</summary>
    /// <param name="candidate">The version judged.</param>
    /// <param name="verdicts">See <see cref="IDeployments.CheckAsync"/>.</param>
    /// <exception cref="MLOpsInvalidException">A verdict is about another content.</exception>
    public static GateReport Of(ModelVersion candidate, IReadOnlyList<GateVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(verdicts);
        var other = verdicts.FirstOrDefault(v => v.Model != candidate.Model || v.Number != candidate.Number || v.Digest != candidate.Digest);
        return other is null ? new(candidate, [.. verdicts]) : throw new MLOpsInvalidException($"The verdict of '{other.Gate}' is about {other.Model}/{other.Number.ToString(CultureInfo.InvariantCulture)} with the content {other.Digest}, not about {candidate} with {candidate.Digest}.");
    }

    /// <summary>As JSON: version, digest, outcome and every verdict with its evidence.</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteString("model", Candidate.Model);
            json.WriteNumber("number", Candidate.Number);
            json.WriteString("digest", Candidate.Digest.Hex);
            json.WriteString("outcome", Word(Outcome));
            json.WriteNumber("exitCode", ExitCode);
            json.WriteStartArray("gates");
            foreach (var verdict in Verdicts) Write(json, verdict);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>As JUnit: a test case for each gate; what does not apply is skipped, an error is an error.</summary>
    public string ToJUnit()
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new() { Indent = true, OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Clean(Candidate.ToString()));
            xml.WriteAttributeString("tests", Text(Verdicts.Count));
            xml.WriteAttributeString("failures", Text(Verdicts.Count(v => v.Outcome.Blocks() && v.Outcome is not GateOutcome.Error)));
            xml.WriteAttributeString("errors", Text(Verdicts.Count(v => v.Outcome is GateOutcome.Error)));
            xml.WriteAttributeString("skipped", Text(Verdicts.Count(v => v.Outcome is GateOutcome.NotApplicable)));
            foreach (var verdict in Verdicts)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", Clean($"gates.{Candidate.Model}"));
                xml.WriteAttributeString("name", Clean(verdict.Gate));
                if (Element(verdict.Outcome) is { } element)
                {
                    xml.WriteStartElement(element);
                    xml.WriteAttributeString("message", Clean(verdict.Message));
                    if (element != "skipped") xml.WriteAttributeString("type", Word(verdict.Outcome));
                    xml.WriteEndElement();
                }

                xml.WriteElementString("system-out", Clean($"{Word(verdict.Outcome)}: {verdict.Message}"));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return text.ToString();
    }

    /// <summary>As Markdown: a heading and a table.</summary>
    public string ToMarkdown() => new MarkdownText()
        .Heading(2, $"{Candidate}: {Word(Outcome)}")
        .Table([("Gate", false), ("Outcome", false), ("Finding", false)], Verdicts.Select(v => (List<string>)[v.Gate, Word(v.Outcome), v.Message]))
        .Paragraph($"Content {Candidate.Digest}")
        .ToString();

    private static void Write(Utf8JsonWriter json, GateVerdict verdict)
    {
        json.WriteStartObject();
        json.WriteString("gate", verdict.Gate);
        json.WriteString("outcome", Word(verdict.Outcome));
        json.WriteString("message", verdict.Message);
        if (verdict.ChampionNumber is { } champion) json.WriteNumber("champion", champion);
        json.WriteStartObject("evidence");
        foreach (var (name, value) in verdict.Evidence.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (double.IsFinite(value)) json.WriteNumber(name, value);
            else json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
        json.WriteString("verdict", verdict.Id);
        json.WriteEndObject();
    }

    private static string? Element(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Error => "error",
        GateOutcome.NotApplicable => "skipped",
        _ => outcome.Blocks() ? "failure" : null,
    };

    private static int Rank(GateOutcome outcome) => outcome switch { GateOutcome.Error => 4, GateOutcome.Failed => 3, GateOutcome.Inconclusive => 2, GateOutcome.Warned => 1, _ => 0 };

    private static string Word(GateOutcome outcome) => JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString());

    // XML has no way at all to write some characters.
    private static string Clean(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
