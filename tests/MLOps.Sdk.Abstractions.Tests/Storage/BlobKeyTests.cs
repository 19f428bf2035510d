using MLOps.Storage;

namespace MLOps.Tests.Storage;

public sealed class BlobKeyTests
{
    [TestCase("a")]
    [TestCase("cas/ab/0123")]
    [TestCase("a.b_c-d/e")]
    public void A_safe_relative_path_is_a_key(string key) => Assert.That(BlobKey.Require(key), Is.EqualTo(key));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase("../a")]
    [TestCase("a/../b")]
    [TestCase(".tmp/a")]
    [TestCase("A")]
    [TestCase("a b")]
    [TestCase("a\\b")]
    [TestCase("a\0")]
    [TestCase("ä")]
    public void Anything_else_is_refused(string? key) => Assert.That(() => BlobKey.Require(key), Throws.TypeOf<MLOpsInvalidException>());

    [Test]
    public void Too_long_keys_and_segments_are_refused()
    {
        Assert.That(() => BlobKey.Require(new string('a', 129)), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => BlobKey.Require(string.Join('/', Enumerable.Repeat(new string('a', 100), 6))), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(() => BlobKey.Require(new string('a', 10 << 20)), Throws.TypeOf<MLOpsInvalidException>().With.Message.Length.LessThan(300));
    }
}
