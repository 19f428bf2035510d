namespace MLOps.Tests.Ground;

public sealed class NameTests
{
    [TestCase("churn")]
    [TestCase("Überschuss 2.0_b-c")]
    [TestCase("模型")]
    [TestCase("a🚲b")]
    public void A_plain_name_is_taken_as_it_is(string name) => Assert.That(Name.Require(name, "model name"), Is.EqualTo(name));

    [TestCase(null, "it is empty")]
    [TestCase("", "it is empty")]
    [TestCase("../x", "it holds '/'")]
    [TestCase("a\\b", "it holds '\\'")]
    [TestCase("churn@champion", "it holds '@'")]
    [TestCase("a:b", "it holds ':'")]
    [TestCase("a#b", "it holds '#'")]
    [TestCase("..", "it would leave the folder")]
    [TestCase(" a", "white space")]
    [TestCase("a\t", "control character U+0009 at position 1")]
    [TestCase("a\0b", "control character U+0000 at position 1")]
    public void What_breaks_the_rule_is_refused_with_the_rule(string? name, string rule) =>
        Assert.That(() => Name.Require(name, "model name"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("model name").And.Message.Contains(rule));

    // Not a test case: an attribute cannot hold such a text.
    [Test]
    public void A_lone_surrogate_is_refused() =>
        Assert.That(() => Name.Require("a\ud83d", "model name"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("lone surrogate at position 1"));

    [Test]
    public void A_name_of_ten_megabytes_is_refused_with_a_short_message() =>
        Assert.That(() => Name.Require(new string('x', 10 << 20), "model name"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Length.LessThan(300));

    [TestCase("data.csv")]
    [TestCase("2011/01/data.csv")]
    [TestCase("train/loss@epoch:3#a")]
    public void A_path_is_names_joined_by_slashes(string path) => Assert.That(Name.RequirePath(path, "path"), Is.EqualTo(path));

    [TestCase("../x")]
    [TestCase("a/../../b")]
    [TestCase("a/./b")]
    [TestCase("/etc/passwd")]
    [TestCase("a//b")]
    [TestCase("a/")]
    [TestCase("C:\\x")]
    [TestCase("a/ b")]
    [TestCase("a/b\n")]
    public void A_path_cannot_leave_its_folder(string path) => Assert.That(() => Name.RequirePath(path, "path"), Throws.TypeOf<MLOpsInvalidException>());

    [Test]
    public void A_long_path_of_short_segments_is_refused() =>
        Assert.That(() => Name.RequirePath(string.Concat(Enumerable.Repeat("ab/", 400)) + "c", "path"), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("1000"));

    [Test]
    public void Shown_text_is_short_and_harmless() =>
        Assert.That(Name.Shown("a\u001b[31m" + new string('x', 100)), Does.StartWith("a\uFFFD[31m").And.EndsWith("… (106 characters)"));
}
