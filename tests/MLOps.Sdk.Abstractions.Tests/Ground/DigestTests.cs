using System.Text;

namespace MLOps.Tests.Ground;

public sealed class DigestTests
{
    // The digest of "abc": FIPS 180-2, appendix B.1.
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Test]
    public async Task A_digest_is_the_SHA_256_of_the_bytes()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("abc"));
        Assert.Multiple(() =>
        {
            Assert.That(Digest.Of("abc").Hex, Is.EqualTo(Abc));
            Assert.That(Digest.Of("abc"u8), Is.EqualTo(Digest.Parse(Abc)));
        });
        Assert.That(await Digest.OfAsync(stream), Is.EqualTo(Digest.Parse(Abc)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [TestCase("ba7816")]
    [TestCase("../../../../../../../../../../../../../../../../../../../etc/pass")]
    public void Other_texts_are_no_digest(string? text)
    {
        Assert.That(Digest.TryParse(text, out _), Is.False);
        Assert.That(() => Digest.Parse(text!), Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public void A_hash_of_another_length_is_refused() => Assert.That(() => Digest.FromHash(new byte[31]), Throws.TypeOf<MLOpsInvalidException>());

    [Test]
    public void The_default_is_the_digest_of_nothing() => Assert.That((default(Digest).IsEmpty, default(Digest).Hex), Is.EqualTo((true, "")));

    [Test]
    public void Digests_are_ordered_by_their_text() => Assert.That(Digest.Of("a") > Digest.Of("abc"), Is.EqualTo(string.CompareOrdinal(Digest.Of("a").Hex, Abc) > 0));
}
