using MLOps.Storage;
using NUnit.Framework;

namespace MLOps.Testing;

/// <summary>Runs <see cref="BlobStoreConformance"/> under NUnit, one test per law. Derive, put <c>[TestFixture]</c> on your class (NUnit passes over
/// an assembly that does not name NUnit itself), say how to open your store, and you are done.</summary>
/// <typeparam name="TStore">The backend that is tested.</typeparam>
[TestFixture]
public abstract class BlobStoreConformanceTests<TStore> where TStore : class, IBlobStore
{
    /// <summary>See <see cref="ConformanceSuite.SharesBetweenInstances"/>.</summary>
    protected virtual bool SharesBetweenInstances => true;

    /// <summary>See <see cref="ConformanceSuite.SurvivesReopening"/>.</summary>
    protected virtual bool SurvivesReopening => true;

    /// <summary>See <see cref="BlobStoreConformance.DecidesRaces"/>.</summary>
    protected virtual bool DecidesRaces => true;

    /// <summary>Runs one law.</summary>
    /// <param name="law">Its name.</param>
    [TestCaseSource(typeof(LawCases), nameof(LawCases.Blobs))]
    public async Task Keeps(string law)
    {
        var suite = new BlobStoreConformance(async key => await OpenAsync(key).ConfigureAwait(false)) { SharesBetweenInstances = SharesBetweenInstances, SurvivesReopening = SurvivesReopening, DecidesRaces = DecidesRaces };
        var one = suite.Cases.Single(c => c.Name == law);
        if (one.Skip is not null) Assert.Ignore(one.Skip);
        await one.Run(TestContext.CurrentContext.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the store of an isolation key: one key, one store; another key, another, empty one. Called again for a second instance or a reopening. The suite disposes what is disposable.</summary>
    /// <param name="isolationKey">Lower-case letters, digits and '-': fit for a folder, a database or a prefix.</param>
    protected abstract ValueTask<TStore> OpenAsync(string isolationKey);
}
