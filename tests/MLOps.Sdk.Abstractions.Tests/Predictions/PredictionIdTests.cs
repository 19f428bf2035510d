using MLOps.Predictions;

namespace MLOps.Tests.Predictions;

public sealed class PredictionIdTests
{
    [TestCase(0ul, 1ul, "p-0000000000000000-1")]
    [TestCase(0x1dea9f7a9b88149ful, 0x56cul, "p-1dea9f7a9b88149f-56c")]
    [TestCase(ulong.MaxValue, ulong.MaxValue, "p-ffffffffffffffff-ffffffffffffffff")]
    public void An_id_survives_its_text(ulong generation, ulong sequence, string text)
    {
        Assert.That(new PredictionId(generation, sequence).ToString(), Is.EqualTo(text));
        Assert.That(PredictionId.Parse(text), Is.EqualTo(new PredictionId(generation, sequence)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("p-1dea9f7a9b88149f")]
    [TestCase("p-1dea9f7a9b88149f-")]
    [TestCase("p-1dea9f7a9b88149f-g")]
    [TestCase("p-1dea9f7a9b88149f--1")]
    [TestCase("p- dea9f7a9b88149f-1")]
    [TestCase("q-1dea9f7a9b88149f-1")]
    [TestCase("p-1dea9f7a9b88149f-fffffffffffffffff")]
    public void Other_texts_are_no_id(string? text)
    {
        Assert.That(PredictionId.TryParse(text, out _), Is.False);
        Assert.That(() => PredictionId.Parse(text!), Throws.TypeOf<MLOpsInvalidException>());
    }
}
