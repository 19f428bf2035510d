using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Testing.Tests.Saboteurs;

[TestFixture]
public sealed class EverySaboteurIsCaughtTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static IEnumerable<TestCaseData> Saboteurs()
    {
        // The saboteur, and the beginning of a law that must be among those that caught it.
        yield return Case<LostUpdate>("Of 64 concurrent commits that expect");
        yield return Case<TornCommit>("One failed expectation undoes the whole commit");
        yield return Case<CommitInTwoSteps>("A query never sees half a commit");
        yield return Case<StaleRead>("A first put is version 1");
        yield return Case<SwallowedCancellation>("A token cancelled before the call");
        yield return Case<CancelledButCommitted>("A token cancelled before the call");
        yield return Case<WatchEndsQuietly>("A watch ends with its token");
        yield return Case<Utf16Order>("Ids are ordered by their UTF8 bytes");
        yield return Case<MissingFirst>("Numbers come before texts and missing values last");
        yield return Case<TiesReversed>("Ties go by id ascending");
        yield return Case<LostPageItem>("Pages walk every record once");
        yield return Case<AnyToken>("A token of another query");
        yield return Case<WatchThatSkips>("A watch that is resumed after each change");
        yield return Case<WatchWithoutDeletions>("A watch from 0 reports every latest state");
        yield return Case<VersionReused>("A deleted record is gone and its versions");
        yield return Case<LikeIgnoresCase>("Like is case sensitive");
        yield return Case<NotOfMissingIsUnknown>("A condition on a missing field");
        yield return Case<ReformattedJson>("A document is kept as its exact bytes");
        yield return Case<ConflictNamesOne>("A conflict names every record");
        yield return Case<KeepsTheCallersBuffer>("What the caller does to its buffers");
        yield return Case<TornAppend>("One conflicting stream fails the append on all");
        yield return Case<ReplayNotRecognised>("A replay succeeds");
        yield return Case<AnyBytesAreAReplay>("Anything else is a conflict");
        yield return Case<EmptiedStreamForgotten>("Truncation drops");
        yield return Case<EndlessRead>("A read ends where the stream ended");
        yield return Case<WrongBlockOrder>("Blocks stand at positions");
        yield return Case<AppendIgnoresCancellation>("A token cancelled before the call");
        yield return Case<PrefixIsAPattern>("Streams are listed by prefix");
        yield return Case<VisibleBeforeComplete>("A blob is not visible before");
        yield return Case<HashIgnored>("Bytes without the expected hash");
        yield return Case<Overwrites>("The first writer wins");
        yield return Case<BothWritersWin>("Of 16 concurrent writers exactly");
        yield return Case<RewindsTheSource>("The source is read from where it stands");
        yield return Case<DisposesTheSource>("The source is read from where it stands");
        yield return Case<KeepsHalfABlob>("A cancelled write leaves nothing");
        yield return Case<FolderOrder>("Blobs are listed by prefix");
        yield return Case<RangeByEnd>("A range gives its bytes");
        yield return Case<HangingBlobs>("Blobs are listed by prefix");
    }

    [TestCaseSource(nameof(Saboteurs))]
    public async Task Is_caught_by_the_law_it_breaks(Type saboteur, string law)
    {
        var caught = Suite(saboteur).Cases.Single(c => c.Name.StartsWith(law, StringComparison.Ordinal));
        var report = await ConformanceReport.OfAsync(Suite(saboteur), c => c.Name == caught.Name);
        Assert.That(report.Results.Single().Outcome, Is.EqualTo(ConformanceOutcome.Failed), report.ToString());
        TestContext.Out.WriteLine($"{saboteur.Name} was caught: {report.Results[0].Message}");
    }

    [Test]
    public void Every_saboteur_of_this_folder_is_tried()
    {
        var all = typeof(EverySaboteurIsCaughtTests).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false } && (typeof(IRecordStore).IsAssignableFrom(t) || typeof(IStreamStore).IsAssignableFrom(t) || typeof(IBlobStore).IsAssignableFrom(t)));
        Assert.That(Saboteurs().Select(c => c.Arguments[0]), Is.EquivalentTo(all));
    }

    [Test]
    public async Task The_whole_suite_names_the_laws_that_a_saboteur_breaks_and_passes_the_rest()
    {
        var report = await ConformanceReport.OfAsync(Suite(typeof(ReplayNotRecognised)));
        Assert.That(report.Failures.Select(f => f.Name), Is.SupersetOf(new[] { "A replay succeeds and changes nothing", "A replay that goes on writes only what is new" }), report.ToString());
        Assert.That(report.Count(ConformanceOutcome.Passed), Is.GreaterThan(10), report.ToString());
    }

    [Test]
    public async Task A_sound_store_breaks_no_law_and_what_it_does_not_claim_is_reported()
    {
        ConformanceSuite[] suites =
        [
            new RecordStoreConformance(_ => new(new MemoryRecordStore())) { SharesBetweenInstances = false, SurvivesReopening = false },
            new StreamStoreConformance(_ => new(new MemoryStreamStore())) { SharesBetweenInstances = false, SurvivesReopening = false },
            new BlobStoreConformance(_ => new(new MemoryBlobStore())) { SharesBetweenInstances = false, SurvivesReopening = false },
        ];
        foreach (var suite in suites)
        {
            var report = await ConformanceReport.OfAsync(suite);
            Assert.That(report.Failures, Is.Empty, report.ToString());
            Assert.That(report.Count(ConformanceOutcome.Skipped), Is.GreaterThan(1));
            Assert.That(report.ToString(), Does.Contain("SharesBetweenInstances = false").And.Contain("SurvivesReopening = false").And.EndsWith("skipped"));
            Assert.That(report.Results, Has.Count.EqualTo(suite.Cases.Count));
        }
    }

    [Test]
    public async Task A_store_that_hangs_fails_its_case_and_the_suite_goes_on()
    {
        var suite = new BlobStoreConformance(_ => new(new HangingBlobs())) { Patience = TimeSpan.FromMilliseconds(50) };
        var report = await ConformanceReport.OfAsync(suite, c => c.Name.StartsWith("A deletion", StringComparison.Ordinal) || c.Name.StartsWith("A range", StringComparison.Ordinal));
        Assert.That(report.Failures.Count(), Is.EqualTo(2));
        Assert.That(report.Results[0].Message, Does.Contain("did not end within"));
    }

    private static TestCaseData Case<TSaboteur>(string law) => new TestCaseData(typeof(TSaboteur), law).SetArgDisplayNames(typeof(TSaboteur).Name);

    private static ConformanceSuite Suite(Type saboteur) => Activator.CreateInstance(saboteur, nonPublic: true) switch
    {
        IRecordStore => new RecordStoreConformance(_ => new((IRecordStore)Activator.CreateInstance(saboteur, nonPublic: true)!)) { SharesBetweenInstances = false, SurvivesReopening = false, Patience = Patience },
        IStreamStore => new StreamStoreConformance(_ => new((IStreamStore)Activator.CreateInstance(saboteur, nonPublic: true)!)) { SharesBetweenInstances = false, SurvivesReopening = false, Patience = Patience },
        _ => new BlobStoreConformance(_ => new((IBlobStore)Activator.CreateInstance(saboteur, nonPublic: true)!)) { SharesBetweenInstances = false, SurvivesReopening = false, Patience = Patience },
    };
}
