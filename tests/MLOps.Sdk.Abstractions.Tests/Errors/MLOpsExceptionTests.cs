namespace MLOps.Tests.Errors;

public sealed class MLOpsExceptionTests
{
    [Test]
    public void Every_kind_of_error_has_a_code_of_its_own()
    {
        MLOpsException[] errors =
        [
            new MLOpsNotFoundException("m"), new MLOpsConflictException("m", ["a/b"]), new MLOpsInvalidException("m"), new MLOpsIntegrityException("m", "k", "e", "a"), new MLOpsRejectedException("m"),
            new MLOpsUnavailableException("m"), new MLOpsOverloadedException("m", TimeSpan.Zero),
        ];
        var kinds = typeof(MLOpsException).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(MLOpsException)));

        Assert.Multiple(() =>
        {
            Assert.That(errors.Select(e => e.Code), Is.EqualTo(new[] { "not-found", "conflict", "invalid", "integrity", "rejected", "unavailable", "overloaded" }));
            Assert.That(errors.Select(e => e.GetType()), Is.EquivalentTo(kinds), "this test knows them all");
            Assert.That(errors.Select(e => e.Message), Has.All.EqualTo("m"));
        });
    }
}
