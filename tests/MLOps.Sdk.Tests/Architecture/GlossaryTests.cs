using System.Text.RegularExpressions;

namespace MLOps.Architecture;

public sealed partial class GlossaryTests
{
    private static readonly string[] s_nouns =
    [
        "Dataset", "DatasetVersion", "Feature", "Experiment", "Run", "Metric", "Artifact", "Model", "ModelVersion", "Alias", "Signature", "Format", "Predictor",
        "Prediction", "Generation", "Label", "Baseline", "Window", "Report", "Drift", "Gate", "Verdict", "Promotion", "Rollback", "Retraining", "Actor", "Lineage",
        "Record", "Blob", "Stream", "Commit", "Deployment", "Profile", "Attachment", "Pin", "Trigger", "Event", "Outbox", "Webhook", "Delivery", "Lease", "Card", "Section", "Evaluation", "Archive", "Import", "Origin", "Alert", "Silence", "Estimate", "Segment",
    ];

    [Test]
    public async Task The_glossary_says_what_every_public_noun_means()
    {
        var readme = await File.ReadAllTextAsync(Repository.At("README.md"));
        var glossary = readme.Split("## Glossary")[1].Split("\n## ")[0];
        var told = from row in Row().Matches(glossary)
                   where row.Groups["meaning"].Value.Trim().Length > 0
                   from word in Word().Matches(row.Groups["words"].Value)
                   select word.Groups["word"].Value;

        Assert.That(s_nouns.Except(told), Is.Empty);
    }

    [GeneratedRegex(@"^\|(?<words>[^|]+)\|(?<meaning>[^|]+)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\*\*(?<word>\w+)\*\*")]
    private static partial Regex Word();
}
