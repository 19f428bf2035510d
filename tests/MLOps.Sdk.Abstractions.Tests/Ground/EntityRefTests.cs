namespace MLOps.Tests.Ground;

public sealed class EntityRefTests
{
    [Test]
    public void A_reference_survives_its_text()
    {
        foreach (var reference in new[] { EntityRef.Model("a", 3), EntityRef.Run("r"), EntityRef.Dataset("d"), new EntityRef("mine", "x:y") })
            Assert.That(EntityRef.Parse(reference.ToString()), Is.EqualTo(reference));
    }

    [TestCase("")]
    [TestCase("run")]
    [TestCase(":x")]
    [TestCase("run:")]
    public void Other_texts_are_refused(string text) => Assert.That(() => EntityRef.Parse(text), Throws.TypeOf<MLOpsInvalidException>());
}
