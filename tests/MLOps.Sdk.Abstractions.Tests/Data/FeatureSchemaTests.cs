using MLOps.Data;

namespace MLOps.Tests.Data;

public sealed class FeatureSchemaTests
{
    private static readonly FeatureSchema<(double X, string? Colour, double Y)> s_schema = FeatureSchema.For<(double X, string? Colour, double Y)>()
        .Number("x", r => r.X).Category("colour", r => r.Colour).Number("y", r => r.Y);

    [Test]
    public void A_row_is_read_by_kind_in_the_order_of_declaration()
    {
        var (numbers, categories) = (new double[2], new string?[1]);
        s_schema.Read((1, null, double.NaN), numbers, categories);

        Assert.Multiple(() =>
        {
            Assert.That(numbers, Is.EqualTo(new[] { 1, double.NaN }));
            Assert.That(categories, Is.EqualTo(new string?[] { null }));
            Assert.That(s_schema.Features.Select(f => f.Name), Is.EqualTo(new[] { "x", "colour", "y" }));
        });
    }

    [Test]
    public void Reading_a_row_allocates_nothing()
    {
        var (numbers, categories) = (new double[2], new string?[1]);
        s_schema.Read((1, "red", 2), numbers, categories);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) s_schema.Read((i, "red", 2), numbers, categories);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_schema_is_immutable_and_names_are_unique()
    {
        var more = s_schema.Number("z", r => r.X);

        Assert.That((s_schema.Features.Count, more.Features.Count), Is.EqualTo((3, 4)));
        Assert.That(() => s_schema.Category("x", r => r.Colour), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("'x'"));
        Assert.That(() => s_schema.Number("a/b", r => r.X), Throws.TypeOf<MLOpsInvalidException>());
    }
}
