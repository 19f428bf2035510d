namespace MLOps.Tests;

public sealed class ParamTextTests
{
    private sealed class Nameless;

    [Test]
    public void Numbers_texts_and_collections_say_the_same_on_every_machine()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ParamText.Of("x", 0.1), Is.EqualTo("0.1"));
            Assert.That(ParamText.Of("x", "[as it is]"), Is.EqualTo("[as it is]"));
            Assert.That(ParamText.Of("x", true), Is.EqualTo("True"));
            Assert.That(ParamText.Of("layers", new[] { 64, 32 }), Is.EqualTo("[64, 32]"));
            Assert.That(ParamText.Of("grid", new List<double[]> { new[] { 0.5, 1 }, Array.Empty<double>() }), Is.EqualTo("[[0.5, 1], []]"));
        }
    }

    [Test]
    public void A_value_without_a_text_form_is_refused_instead_of_kept_as_its_types_name() =>
        Assert.That(() => ParamText.Of("model", new Nameless()), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("'model'").And.Message.Contains("no text form"));
}
