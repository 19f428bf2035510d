using System.Text;
using MLOps.Storage;

namespace MLOps.Tests.Storage;

public sealed class FieldValueTests
{
    [Test]
    public void Texts_are_ordered_as_their_UTF_8_bytes_are()
    {
        string[] texts = ["", "a", "ab", "b", "z", "é", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "🚲", "\U0010FFFF", "a\uE000", "a🚲", "🚲a"];
        foreach (var left in texts)
        {
            foreach (var right in texts)
                Assert.That(
                    Math.Sign(FieldValue.CompareUtf8(left, right)),
                    Is.EqualTo(Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)))), $"'{left}' and '{right}'");
        }
    }

    [Test]
    public void Numbers_come_before_texts_and_minus_zero_is_zero()
    {
        Assert.Multiple(() =>
        {
            Assert.That(FieldValue.Of(double.PositiveInfinity) < FieldValue.Of(""), Is.True);
            Assert.That(FieldValue.Of(-0.0), Is.EqualTo(FieldValue.Of(0.0)));
            Assert.That(BitConverter.DoubleToInt64Bits(FieldValue.Of(-0.0).Number), Is.Zero);
            Assert.That(FieldValue.Of(1) < FieldValue.Of(2), Is.True);
        });
    }

    [Test]
    public void Texts_that_no_store_can_keep_are_refused()
    {
        foreach (var text in new[] { "a\0", "\uD800", "\uDC00a", new string('x', 8193), new string('é', 4097) })
            Assert.That(() => FieldValue.Of(text), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(FieldValue.Of(new string('é', 4096)).Text, Has.Length.EqualTo(4096));
    }

    [Test]
    public void A_record_key_follows_its_rule()
    {
        Assert.That(new RecordKey("model-aliases", "a@b/../\u001b").Require().Id, Is.EqualTo("a@b/../\u001b"), "any text is a record id but what no store can keep");
        foreach (var key in new[] { new RecordKey("Models", "a"), new RecordKey("", "a"), new RecordKey("m", ""), new RecordKey("m", "a\0"), new RecordKey("m", new string('é', 257)) })
            Assert.That(() => key.Require(), Throws.TypeOf<MLOpsInvalidException>());
    }
}
