using NUnit.Framework;

namespace MLOps.Testing;

/// <summary>The laws of each suite, as NUnit's cases.</summary>
static class LawCases
{
    public static IEnumerable<TestCaseData> Blobs => Of<BlobStoreConformance>();

    public static IEnumerable<TestCaseData> Records => Of<RecordStoreConformance>();

    public static IEnumerable<TestCaseData> Streams => Of<StreamStoreConformance>();

    private static IEnumerable<TestCaseData> Of<TSuite>() where TSuite : ConformanceSuite =>
        ConformanceSuite.NamesOf<TSuite>().Select(name => new TestCaseData(name).SetName(name));
}
