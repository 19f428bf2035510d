using MLOps.Storage;

namespace MLOps.Testing;

public sealed partial class RecordStoreConformance
{
    [Law]
    private static async Task A_first_put_is_version_1_and_every_change_is_one_more(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var version = 1L; version <= 5; version++)
        {
            var result = await CommitAsync(store, ct, Put("a", $"{version}", version - 1)).ConfigureAwait(false);
            Check.Sequence([version], result.Versions, "the versions of the commit");
            var record = await store.GetAsync(Key("a"), ct).ConfigureAwait(false);
            Check.Equal(version, record?.Version, "the version read after the commit returned");
            Check.Equal(Key("a"), record!.Key, "the key read");
            Check.SameBytes(Utf8($"{version}"), record.Json, "the document read after the commit returned");
        }
    }

    [Law]
    private static async Task A_record_that_was_never_put_is_null(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a")).ConfigureAwait(false);
        Check.That(await store.GetAsync(Key("b"), ct).ConfigureAwait(false) is null, "A record that was never put was found.");
        Check.That(await store.GetAsync(new("others", "a"), ct).ConfigureAwait(false) is null, "A record of another collection was found.");
    }

    [Law]
    private static async Task A_deleted_record_is_gone_and_its_versions_are_never_used_again(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        for (var version = 1L; version <= 5; version += 2)
        {
            var put = await CommitAsync(store, ct, Put("a", expected: RecordOperation.Absent)).ConfigureAwait(false);
            Check.Sequence([version], put.Versions, "the version after a put of an absent record");
            var deleted = await CommitAsync(store, ct, new RecordDelete(Key("a"), version)).ConfigureAwait(false);
            Check.Sequence([version + 1], deleted.Versions, "the version after the deletion");
            Check.That(await store.GetAsync(Key("a"), ct).ConfigureAwait(false) is null, "A deleted record was read.");
            Check.Sequence([], await IdsAsync(store, ct).ConfigureAwait(false), "the records found after the deletion");
        }

        Check.That(!await TryCommitAsync(store, ct, Put("a", expected: 5)).ConfigureAwait(false), "A put that expects the version before the deletion went through.");
    }

    [Law]
    private static async Task A_deleted_record_meets_the_expectations_0_and_the_version_of_its_deletion(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a")).ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordDelete(Key("a"))).ConfigureAwait(false);
        Check.That(await TryCommitAsync(store, ct, new RecordCheck(Key("a"), 0)).ConfigureAwait(false), "A deleted record did not meet the expectation 0.");
        Check.That(await TryCommitAsync(store, ct, new RecordCheck(Key("a"), 2)).ConfigureAwait(false), "A deleted record did not meet the version of its deletion.");
        Check.That(!await TryCommitAsync(store, ct, new RecordCheck(Key("a"), 1)).ConfigureAwait(false), "A deleted record met the version before its deletion.");
    }

    [Law]
    private static async Task Deleting_what_does_not_exist_changes_nothing(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordDelete(Key("a"))).ConfigureAwait(false);
        var put = await CommitAsync(store, ct, Put("a", expected: 0)).ConfigureAwait(false);
        Check.Sequence([1L], put.Versions, "the version of the first put after a deletion of nothing");
        await CommitAsync(store, ct, new RecordDelete(Key("a"))).ConfigureAwait(false);
        await CommitAsync(store, ct, new RecordDelete(Key("a"))).ConfigureAwait(false);
        var again = await CommitAsync(store, ct, Put("a")).ConfigureAwait(false);
        Check.Sequence([3L], again.Versions, "the version of a put after the record was deleted twice");
    }

    [Law]
    private static async Task Without_an_expectation_the_last_put_wins(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "1")).ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "2")).ConfigureAwait(false);
        Check.Equal("2", await TextAsync(store, "a", ct).ConfigureAwait(false), "the document");
    }

    [Law]
    private static async Task A_wrong_expectation_is_a_conflict_that_changes_nothing(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a", "1")).ConfigureAwait(false);
        RecordOperation[] wrong =
        [
            Put("a", "2", 0), Put("a", "2", 2), Put("b", "2", 1), new RecordDelete(Key("a"), 0), new RecordDelete(Key("a"), 2),
            new RecordDelete(Key("b"), 1), new RecordCheck(Key("a"), 0), new RecordCheck(Key("a"), 2), new RecordCheck(Key("b"), 1),
        ];
        foreach (var operation in wrong)
        {
            Check.That(!await TryCommitAsync(store, ct, operation).ConfigureAwait(false), $"{operation.GetType().Name} of '{operation.Key}' expecting version {operation.Expected} went through.");
            var record = await store.GetAsync(Key("a"), ct).ConfigureAwait(false);
            Check.Equal(1, record?.Version, "the version after a conflict");
            Check.SameBytes(Utf8("1"), record!.Json, "the document after a conflict");
            Check.That(await store.GetAsync(Key("b"), ct).ConfigureAwait(false) is null, "A conflict left a new record.");
        }
    }

    [Law]
    private static async Task One_failed_expectation_undoes_the_whole_commit_wherever_it_stands(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("old", "1"), Put("doomed", "1")).ConfigureAwait(false);
        for (var place = 0; place < 4; place++)
        {
            List<RecordOperation> operations = [Put("new", "2", 0, ("f", 1)), Put("old", "2", 1, ("f", 1)), new RecordDelete(Key("doomed"), 1)];
            operations.Insert(place, new RecordCheck(Key("missing"), 7));
            Check.That(!await TryCommitAsync(store, ct, [.. operations]).ConfigureAwait(false), "A commit with a failed check went through.");
            Check.Sequence(["doomed", "old"], await IdsAsync(store, ct).ConfigureAwait(false), $"the records after a commit that failed at operation {place}");
            Check.Sequence([], await IdsAsync(store, ct, Filter.Exists("f")).ConfigureAwait(false), "the records found by a field that was never committed");
            Check.Equal("1", await TextAsync(store, "old", ct).ConfigureAwait(false), "the document that the failed commit would have replaced");
        }
    }

    [Law]
    private static async Task A_conflict_names_every_record_whose_expectation_failed_and_no_other(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("a"), Put("b")).ConfigureAwait(false);
        var error = await Check.ThrowsAsync<MLOpsConflictException>(
            () => CommitAsync(store, ct, Put("a", expected: 0), Put("b", expected: 1), new RecordDelete(Key("c"), 3), new RecordCheck(Key("d"), 1), Put("e", expected: 0)),
            "A commit with three failed expectations").ConfigureAwait(false);
        Check.Sequence(["things/a", "things/c", "things/d"], error.Subjects.Order(StringComparer.Ordinal), "the subjects of the conflict");
    }

    [Law]
    private static async Task A_check_that_holds_lets_the_rest_through_and_writes_nothing(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        await CommitAsync(store, ct, Put("approval", "1")).ConfigureAwait(false);
        var result = await CommitAsync(store, ct, new RecordCheck(Key("approval"), 1), new RecordCheck(Key("veto"), 0), Put("alias", "2")).ConfigureAwait(false);
        Check.Equal(3, result.Versions.Count, "the number of versions in the result");
        Check.Equal(1, result.Versions[0], "the version of the checked record");
        Check.Equal(1, result.Versions[2], "the version of the record put");
        Check.Equal(1, (await store.GetAsync(Key("approval"), ct).ConfigureAwait(false))?.Version, "the version of the checked record when read");
        Check.Sequence(["alias", "approval"], await IdsAsync(store, ct).ConfigureAwait(false), "the records");
    }

    [Law]
    private static async Task Every_commit_has_a_larger_position_than_those_before(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var before = 0L;
        RecordOperation[] operations = [Put("a"), Put("a"), new RecordDelete(Key("a")), Put("b"), new RecordCheck(Key("b"), 1), Put("a")];
        foreach (var operation in operations)
        {
            var result = await CommitAsync(store, ct, operation).ConfigureAwait(false);
            Check.That(result.Position > before, $"A commit got position {result.Position} after one at {before}.");
            before = result.Position;
            var page = await store.QueryAsync(new RecordQuery(Things), ct).ConfigureAwait(false);
            Check.That(page.Position >= before, $"A query after the commit at {before} says that it read the state at {page.Position}.");
        }

        var positions = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => CommitAsync(store, ct, Put($"c{i}")), ct))).ConfigureAwait(false);
        Check.Equal(32, positions.Select(p => p.Position).Distinct().Count(), "the number of different positions of 32 concurrent commits");
        Check.That(positions.All(p => p.Position > before), "A concurrent commit got a position before an earlier one.");
    }

    [Law]
    private static async Task A_commit_takes_10000_operations_on_several_collections_at_once(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var puts = Enumerable.Range(0, 10_000).Select(i => (RecordOperation)new RecordPut(new(i % 2 == 0 ? Things : "others", $"{i:D5}"), Empty)).ToArray();
        var result = await CommitAsync(store, ct, puts).ConfigureAwait(false);
        Check.Equal(10_000, result.Versions.Count(v => v == 1), "the number of first versions");
        Check.Equal(5_000, (await IdsAsync(store, ct).ConfigureAwait(false)).Count, "the number of records in one of two collections");
        await Check.ThrowsAsync<MLOpsInvalidException>(() => CommitAsync(store, ct, [.. puts, Put("more")]), "A commit of 10,001 operations").ConfigureAwait(false);
    }

    [Law]
    private static async Task What_the_caller_does_to_its_buffers_afterwards_changes_nothing(StoreUnderTest<IRecordStore> on, CancellationToken ct)
    {
        var store = await on.OpenAsync().ConfigureAwait(false);
        var json = Utf8("""{"a":1}""");
        var fields = new Dictionary<string, FieldValue> { ["f"] = 1 };
        await CommitAsync(store, ct, new RecordPut(Key("a"), json, fields)).ConfigureAwait(false);
        json.AsSpan().Fill((byte)'x');
        fields["f"] = 2;
        fields["g"] = 3;
        var record = await store.GetAsync(Key("a"), ct).ConfigureAwait(false);
        Check.SameBytes(Utf8("""{"a":1}"""), record!.Json, "the document after the caller reused its buffer");
        Check.Sequence(["f=1"], record.Fields.Select(f => $"{f.Key}={f.Value}"), "the fields after the caller changed its dictionary");
    }
}
