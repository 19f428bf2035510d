using MLOps.Data.Restore;

namespace MLOps.Data;

/// <summary>Which paths may be restored where.</summary>
public sealed class PathRulesTests
{
    private static readonly PathRules s_linux = new(IgnoreCase: false, Windows: false), s_windows = new(IgnoreCase: true, Windows: true);

    [TestCase("../x")]
    [TestCase("a/../../x")]
    [TestCase("/etc/passwd")]
    [TestCase("a//b")]
    [TestCase("./a")]
    [TestCase("")]
    [TestCase("a\0b")]
    public void What_leads_out_of_the_folder_is_refused_everywhere(string path)
    {
        Assert.That(s_linux.Problem(path), Is.Not.Null);
        Assert.That(s_windows.Problem(path), Is.Not.Null);
    }

    [TestCase("C:/x")]
    [TestCase("a:b")]
    [TestCase("CON")]
    [TestCase("a/nul.txt")]
    [TestCase("com1.tar.gz/x")]
    [TestCase("LPT¹")]
    [TestCase("trailing.")]
    [TestCase("folder /x")]
    [TestCase("what?")]
    [TestCase("a|b")]
    public void What_Windows_reserves_is_refused_there_and_allowed_elsewhere(string path)
    {
        Assert.That(s_windows.Problem(path), Is.Not.Null);
        Assert.That(s_linux.Problem(path), Is.Null);
    }

    [TestCase("a/b.csv")]
    [TestCase("console.txt")]
    [TestCase("com10/nulls")]
    [TestCase(".hidden/ü 1")]
    public void Ordinary_paths_are_allowed_everywhere(string path) =>
        Assert.That((s_linux.Problem(path), s_windows.Problem(path)), Is.EqualTo(((string?)null, (string?)null)));

    [Test]
    public void Names_that_differ_in_case_only_are_refused_where_they_would_be_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-case-").FullName;
        try
        {
            var strict = new RestorePlace(folder, new PathRules(IgnoreCase: true, Windows: false));
            strict.Of("Data/a.csv");
            strict.Of("Data/b.csv");
            Assert.That(Assert.Throws<MLOpsInvalidException>(() => strict.Of("Data/A.csv"))!.Message, Does.Contain("differ in case only"));
            Assert.Throws<MLOpsInvalidException>(() => strict.Of("data/c.csv"));
            var lax = new RestorePlace(folder, s_linux);
            Assert.That(lax.Of("a"), Is.Not.EqualTo(lax.Of("A")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
