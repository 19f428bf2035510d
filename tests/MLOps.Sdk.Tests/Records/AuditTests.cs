using MLOps.Records;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Records;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AuditTests : IDisposable
{
    private readonly MemoryRecordStore _inner = new();
    private readonly AuditedRecordStore _store;

    public AuditTests() => _store = new AuditedRecordStore(_inner, TimeProvider.System);

    public void Dispose() => _store.Dispose();

    [Test]
    public async Task A_commit_to_an_audited_collection_carries_its_link_in_the_same_commit()
    {
        var result = await _store.CommitAsync(new RecordCommit("ana", [Put("models", "churn", "1")], "first"));

        var entry = await _inner.GetAsync(new RecordKey("audit", AuditedRecordStore.EntryId(1)));
        Assert.Multiple(() =>
        {
            Assert.That(result.Versions, Is.EqualTo(new[] { 1L }));
            Assert.That(System.Text.Encoding.UTF8.GetString(entry!.Json.Span), Does.Contain("\"actor\":\"ana\"").And.Contain("\"reason\":\"first\"").And.Contain("churn"));
        });
        Assert.That(await new AuditChain(_store).VerifyAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Other_collections_and_mere_checks_leave_no_link()
    {
        await _store.CommitAsync(new RecordCommit("ana", [Put("runs", "r", "1"), new RecordCheck(new RecordKey("models", "none"), 0)]));

        Assert.That(await new AuditChain(_store).VerifyAsync(), Is.Zero);
    }

    [Test]
    public async Task A_failed_commit_leaves_no_link()
    {
        await _store.CommitAsync(new RecordCommit("ana", [Put("models", "churn", "1")]));

        Assert.That(
            async () => await _store.CommitAsync(new RecordCommit("ana", [Put("models", "churn", "2", expected: 0)])),
            Throws.TypeOf<MLOpsConflictException>().With.Property("Subjects").EqualTo(new[] { "models/churn" }));
        Assert.That(await new AuditChain(_store).VerifyAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Racing_writers_of_many_processes_make_one_unbroken_chain()
    {
        // Each decorator stands for a process: they share the records and nothing else.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(process => Task.Run(async () =>
        {
            using var mine = new AuditedRecordStore(_inner, TimeProvider.System);
            for (var i = 0; i < 25; i++) await mine.CommitAsync(new RecordCommit($"p{process}", [Put("models", $"m{i}", "1"), Put("gate-verdicts", $"{process}-{i}", "1")]));
        })));

        Assert.That(await new AuditChain(_store).VerifyAsync(), Is.EqualTo(200));
    }

    [TestCase("changed")]
    [TestCase("removed")]
    [TestCase("headless")]
    public async Task Tampering_is_found(string how)
    {
        for (var i = 0; i < 5; i++) await _store.CommitAsync(new RecordCommit("ana", [Put("models", $"m{i}", "1")]));
        var third = (await _inner.GetAsync(new RecordKey("audit", AuditedRecordStore.EntryId(3))))!;
        RecordOperation behindTheLibrary = how switch
        {
            "changed" => new RecordPut(third.Key, System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(third.Json.Span).Replace("ana", "eve", StringComparison.Ordinal))),
            "removed" => new RecordDelete(third.Key),
            _ => new RecordDelete(new RecordKey("audit", AuditedRecordStore.EntryId(5))),
        };
        await _inner.CommitAsync(new RecordCommit("eve", [behindTheLibrary]));

        Assert.That(async () => await new AuditChain(_store).VerifyAsync(), Throws.TypeOf<MLOpsIntegrityException>());
    }

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{}")]
    public async Task A_head_that_cannot_be_read_is_named_to_readers_and_writers(string head)
    {
        await _store.CommitAsync(new RecordCommit("ana", [Put("models", "m", "1")]));
        await _inner.CommitAsync(new RecordCommit("eve", [Put("audit", "head", head)]));

        foreach (var use in new Func<Task>[] { async () => await new AuditChain(_store).VerifyAsync(), async () => await _store.CommitAsync(new RecordCommit("ana", [Put("models", "n", "1")])) })
            Assert.That(use, Throws.TypeOf<MLOpsIntegrityException>().With.Property("Key").EqualTo("audit/head"));
    }

    [Test]
    public async Task A_head_that_does_not_name_the_last_entry_is_said_instead_of_tried_for_ever()
    {
        await _store.CommitAsync(new RecordCommit("ana", [Put("models", "m", "1")]));
        var head = (await _inner.GetAsync(new RecordKey("audit", "head")))!;
        await _store.CommitAsync(new RecordCommit("ana", [Put("models", "m", "2")]));
        await _inner.CommitAsync(new RecordCommit("a restore in part", [new RecordPut(head.Key, head.Json)]));

        Assert.That(async () => await _store.CommitAsync(new RecordCommit("ana", [Put("models", "m", "3")])), Throws.TypeOf<MLOpsIntegrityException>());
    }

    [Test]
    public void The_chain_itself_cannot_be_written_through_the_door()
    {
        Assert.That(
            async () => await _store.CommitAsync(new RecordCommit("eve", [new RecordDelete(new RecordKey("audit", "head"))])),
            Throws.TypeOf<MLOpsInvalidException>());
    }

    private static RecordPut Put(string collection, string id, string json, long? expected = null) =>
        new(new RecordKey(collection, id), System.Text.Encoding.UTF8.GetBytes(json), Expected: expected);
}
