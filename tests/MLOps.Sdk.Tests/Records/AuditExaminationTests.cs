using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Testing;

namespace MLOps.Records;

/// <summary>Entries and records are changed behind the library, and the examination must say where.</summary>
public sealed class AuditExaminationTests
{
    private const int Length = 40;
    private MemoryRecordStore _inner = null!;
    private AuditedRecordStore _store = null!;
    private AuditChain _chain = null!;
    private ManualTimeProvider _clock = null!;

    [SetUp]
    public async Task Open()
    {
        (_inner, _clock) = (new(), new());
        _store = new AuditedRecordStore(_inner, _clock);
        _chain = new AuditChain(_store, _clock);
        for (var i = 1; i <= Length; i++) await CommitAsync($"m{i % 7}", $"{{\"n\":{i}}}");
    }

    [TearDown]
    public void Close() => _store.Dispose();

    [Test]
    public async Task Whatever_is_done_to_any_entry_is_found_in_its_place()
    {
        var random = new Random(11);
        var whole = await EntriesAsync();
        for (var trial = 0; trial < Effort.Of(200, 1000); trial++)
        {
            var at = random.Next(1, Length + 1);
            var other = 1 + ((at + random.Next(1, Length) - 1) % Length);
            var kind = trial % 8;
            var (tampered, expected) = Tampered(whole, kind, at, other);
            await WriteAsync(tampered);
            var report = await _chain.ExamineAsync(new() { CompareRecords = false });
            Assert.That(report.Findings.Select(f => (f.Kind, f.First)), Is.EqualTo(expected), $"trial {trial}, kind {kind}, at {at}, other {other}: {string.Join(" | ", report.Findings)}");
            Assert.That(report.Findings.Select(f => f.Message), Has.All.Not.Empty);
            await WriteAsync(whole);
        }

        Assert.That((await _chain.ExamineAsync()).Findings, Is.Empty);
    }

    private static (SortedDictionary<string, string?> Entries, (AuditFindingKind, long)[] Expected) Tampered(SortedDictionary<string, string?> whole, int kind, int at, int other)
    {
        var entries = new SortedDictionary<string, string?>(whole, StringComparer.Ordinal);
        string Id(long position) => AuditedRecordStore.EntryId(position);
        switch (kind)
        {
            case 0:
                entries[Id(at)] = entries[Id(at)]!.Replace("ana", "eve", StringComparison.Ordinal);
                return (entries, [(AuditFindingKind.Changed, at)]);
            case 1:
                entries[Id(at)] = With(entries[Id(at)]!, "previous", new string('a', 64));
                return (entries, [(AuditFindingKind.Changed, at)]);
            case 2:
                entries[Id(at)] = null;
                return (entries, [(AuditFindingKind.Removed, at)]);
            case 3:
                entries[Id(at) + "x"] = entries[Id(at)];
                return (entries, [(AuditFindingKind.Inserted, 0)]);
            case 4:
                // All behind it are moved by one, and the forged one fits the one before it.
                for (var i = Length; i >= at; i--) entries[Id(i + 1)] = whole[Id(i)];
                entries[Id(at)] = entries[Id(at)]!.Replace("ana", "eve", StringComparison.Ordinal);
                return (entries, [(AuditFindingKind.Inserted, at)]);
            case 5:
                (entries[Id(at)], entries[Id(other)]) = (entries[Id(other)], entries[Id(at)]);
                return (entries, [(AuditFindingKind.Reordered, Math.Min(at, other)), (AuditFindingKind.Reordered, Math.Max(at, other))]);
            case 6:
                for (var i = at; i < Length; i++) entries[Id(i)] = whole[Id(i + 1)];
                entries[Id(Length)] = null;
                return (entries, [(AuditFindingKind.Removed, at)]);
            default:
                entries[Id(at)] = "[]";
                return (entries, [(AuditFindingKind.Changed, at)]);
        }
    }

    [Test]
    public async Task What_lies_behind_the_last_entry_was_put_in()
    {
        var entries = await EntriesAsync();
        entries[AuditedRecordStore.EntryId(Length + 1)] = With(entries[AuditedRecordStore.EntryId(Length)]!, "sequence", Length + 1);
        await WriteAsync(entries);
        Assert.That((await _chain.ExamineAsync(new() { CompareRecords = false })).Findings.Select(f => (f.Kind, f.First)), Is.EqualTo(new[] { (AuditFindingKind.Inserted, Length + 1L) }));
    }

    [TestCase(Length, AuditFindingKind.Changed)]
    [TestCase(7, AuditFindingKind.Changed)]
    [TestCase(Length + 1, AuditFindingKind.Inserted)]
    public async Task An_entry_written_over_or_behind_others_is_found_where_it_stands(int at, AuditFindingKind expected)
    {
        var entries = await EntriesAsync();
        entries[AuditedRecordStore.EntryId(at)] = entries[AuditedRecordStore.EntryId(3)];
        await WriteAsync(entries);
        Assert.That((await _chain.ExamineAsync(new() { CompareRecords = false })).Findings.Select(f => (f.Kind, f.First)), Is.EqualTo(new[] { (expected, (long)at) }));
    }

    [Test]
    public async Task A_chain_written_anew_fits_together_and_only_a_signed_checkpoint_tells()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var early = await _chain.SignAsync(key);
        for (var i = 0; i < 10; i++) await CommitAsync("m1", $"{{\"later\":{i}}}");
        var late = await _chain.SignAsync(key);
        for (var i = 0; i < 5; i++) await CommitAsync("m2", $"{{\"tail\":{i}}}");
        var whole = await EntriesAsync();

        async Task<AuditReport> Examine(params AuditCheckpoint[] held) => await _chain.ExamineAsync(new() { CompareRecords = false, Checkpoints = held, Key = key });
        var report = await Examine(early, late);
        Assert.That((report.IsIntact, report.Entries, report.SignedEntries), Is.EqualTo((true, Length + 15L, Length + 10L)));
        Assert.That(report.Coverage, Does.Contain("1 to 50").And.Contain("51 to 55"));

        await RewriteAsync(45);
        Assert.That(await Examine(), Is.EqualTo(new AuditReport(55, 0, 0, [])).Using<AuditReport>((a, b) => a.IsIntact == b.IsIntact && a.SignedEntries == b.SignedEntries), "nobody can tell without");
        report = await Examine(late, early);
        Assert.That(report.Findings.Select(f => (f.Kind, f.First, f.Last)), Is.EqualTo(new[] { (AuditFindingKind.Rewritten, 41L, 50L) }));
        Assert.That(report.SignedEntries, Is.EqualTo(Length));

        await WriteAsync(whole);
        await RewriteAsync(53);
        report = await Examine(early, late);
        Assert.That((report.IsIntact, report.SignedEntries), Is.EqualTo((true, 50L)), "the tail is not covered, and the report says so");
    }

    [Test]
    public async Task An_end_that_was_cut_off_is_missed_by_a_checkpoint_only()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var head = (await _inner.GetAsync(new(Collections.Audit, AuditHead.Id)))!;
        await CommitAsync("m1", "1");
        await CommitAsync("m1", "2");
        var held = await _chain.SignAsync(key);
        foreach (var position in new[] { Length + 1, Length + 2 }) await _inner.CommitAsync(new("eve", [new RecordDelete(new(Collections.Audit, AuditedRecordStore.EntryId(position)))]));
        await _inner.CommitAsync(new("eve", [new RecordPut(head.Key, head.Json)]));

        Assert.That((await _chain.ExamineAsync(new() { CompareRecords = false })).IsIntact);
        var report = await _chain.ExamineAsync(new() { CompareRecords = false, Checkpoints = [held], Key = key });
        Assert.That(report.Findings.Select(f => (f.Kind, f.First, f.Last)), Is.EqualTo(new[] { (AuditFindingKind.Removed, Length + 1L, Length + 2L) }));
    }

    [Test]
    public async Task A_head_that_was_changed_is_told_from_a_last_entry_that_was()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var held = await _chain.SignAsync(key);
        var head = AuditHead.In(_inner);
        await _inner.CommitAsync(new("eve", [head.Put(new AuditHead(Length, Digest.Of("x")), null)]));
        var with = await _chain.ExamineAsync(new() { CompareRecords = false, Checkpoints = [held], Key = key });
        Assert.That(with.Findings.Select(f => f.Kind), Is.EqualTo(new[] { AuditFindingKind.Head }));
        Assert.That((await _chain.ExamineAsync(new() { CompareRecords = false })).Findings.Single().First, Is.EqualTo(Length));
        Assert.That(async () => await _chain.SignAsync(key), Throws.TypeOf<MLOpsIntegrityException>(), "what is broken is not signed");
    }

    [Test]
    public async Task A_checkpoint_that_was_forged_confirms_nothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var held = await _chain.SignAsync(key);
        Assert.That(AuditCheckpoint.Parse(held.ToString()), Is.EqualTo(held));
        foreach (var forged in new[] { held with { Sequence = 3 }, held with { Hash = Digest.Of("x") }, held with { At = held.At.AddDays(1) }, held with { Signature = "no Base64!" }, held with { Signature = "" } })
        {
            Assert.That(forged.IsSignedWith(key), Is.False);
            var report = await _chain.ExamineAsync(new() { Checkpoints = [forged], Key = key });
            Assert.That((report.Findings.Single().Kind, report.SignedEntries), Is.EqualTo((AuditFindingKind.Checkpoint, 0L)));
        }

        Assert.That((await _chain.ExamineAsync(new() { Checkpoints = [held], Key = another })).IsIntact, Is.False);
        Assert.That(async () => await _chain.ExamineAsync(new() { Checkpoints = [held] }), Throws.TypeOf<MLOpsInvalidException>());
        foreach (var text in new[] { "", "{}", "[]", "{\"sequence\":0}", "\0" }) Assert.That(() => AuditCheckpoint.Parse(text), Throws.TypeOf<MLOpsInvalidException>(), text);
        using var empty = new AuditedRecordStore(new MemoryRecordStore(), _clock);
        Assert.That(async () => await new AuditChain(empty).SignAsync(key), Throws.TypeOf<MLOpsNotFoundException>());
        Assert.That((await new AuditChain(empty).ExamineAsync()).Coverage, Does.Contain("empty"));
    }

    [Test]
    public async Task A_record_that_is_not_what_its_last_entry_says_is_named()
    {
        await _store.CommitAsync(new("ana", [new RecordDelete(new(Collections.Models, "m6"))]));
        Assert.That((await _chain.ExamineAsync()).Records, Is.EqualTo(6));
        await _inner.CommitAsync(new("eve",
        [
            new RecordPut(new(Collections.Models, "m1"), "{\"n\":0}"u8.ToArray()), new RecordDelete(new(Collections.Models, "m2")),
            new RecordPut(new(Collections.Models, "m6"), "{}"u8.ToArray()), new RecordPut(new(Collections.Approvals, "forged"), "{}"u8.ToArray()),
        ]));

        var report = await _chain.ExamineAsync();
        Assert.That(report.Findings.Select(f => (f.Kind, f.Key)), Is.EquivalentTo(new[]
        {
            (AuditFindingKind.Record, "models/m1"), (AuditFindingKind.Record, "models/m2"), (AuditFindingKind.Record, "models/m6"), (AuditFindingKind.Record, "approvals/forged"),
        }));
        Assert.That(report.Findings.Single(f => f.Key == "models/m2").Message, Does.Contain("removed"));
        Assert.That(async () => await _chain.VerifyAsync(), Throws.TypeOf<MLOpsIntegrityException>().With.Message.Contains("And 3 more"));
        Assert.That((await _chain.ExamineAsync(new() { CompareRecords = false })).IsIntact);
    }

    [Test]
    public async Task Commits_while_it_is_examined_are_no_findings()
    {
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                await CommitAsync($"m{i % 20}", $"{{\"n\":{-i}}}");
                if (i % 5 == 0) await _store.CommitAsync(new("bo", [new RecordDelete(new(Collections.Models, $"m{(i + 7) % 20}"))]));
            }
        });
        do Assert.That((await _chain.ExamineAsync()).Findings, Is.Empty);
        while (!writer.IsCompleted);
        await writer;
        Assert.That((await _chain.ExamineAsync()).Findings, Is.Empty);
    }

    [Test]
    public async Task Entries_are_listed_by_actor_time_and_what_they_are_about()
    {
        _clock.Advance(TimeSpan.FromHours(1));
        var later = _clock.GetUtcNow();
        await _store.CommitAsync(new("bo", [new RecordPut(new(Collections.ModelVersions, "m1/3"), "1"u8.ToArray())], "better"));

        var newest = await _chain.ListAsync().FirstAsync();
        Assert.That((newest.Sequence, newest.Actor, newest.Reason, newest.Changes.Single().Id), Is.EqualTo((Length + 1L, "bo", "better", "m1/3")));
        async Task<int> Count(AuditQuery query) => await _chain.ListAsync(query).CountAsync();
        Assert.That(await Count(new() { Actor = "bo" }), Is.EqualTo(1));
        Assert.That(await Count(new() { From = later }), Is.EqualTo(1));
        Assert.That(await Count(new() { Until = later }), Is.EqualTo(Length));
        Assert.That(await Count(new() { Id = "m1" }), Is.EqualTo((Length / 7) + 2), "the model and its version");
        Assert.That(await Count(new() { Id = "m" }), Is.Zero);
        Assert.That(await Count(new() { Collection = Collections.ModelVersions }), Is.EqualTo(1));
        Assert.That(await _chain.ListAsync(new() { NewestFirst = false }).Select(e => e.Sequence).ToListAsync(), Is.EqualTo(Enumerable.Range(1, Length + 1)));
    }

    [Test]
    public async Task An_export_holds_the_exact_bytes_that_are_hashed()
    {
        using var file = new MemoryStream();
        Assert.That(await _chain.ExportAsync(file), Is.EqualTo(Length));
        var previous = "";
        foreach (var line in Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.That(JsonNode.Parse(line)!["previous"]!.GetValue<string>(), Is.EqualTo(previous));
            previous = Digest.Of(line).Hex;
        }

        Assert.That((await AuditHead.In(_inner).GetAsync(AuditHead.Id, default))!.Value.Hash.Hex, Is.EqualTo(previous));
    }

    private ValueTask<CommitResult> CommitAsync(string id, string json) => _store.CommitAsync(new("ana", [new RecordPut(new(Collections.Models, id), Encoding.UTF8.GetBytes(json))]));

    private async Task<SortedDictionary<string, string?>> EntriesAsync()
    {
        var entries = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var record in (await _inner.QueryAsync(new(Collections.Audit) { Size = 10_000 })).Records)
            if (record.Key.Id != AuditHead.Id) entries[record.Key.Id] = Encoding.UTF8.GetString(record.Json.Span);
        return entries;
    }

    /// <summary>Makes the entries exactly these; the head stays.</summary>
    private async Task WriteAsync(SortedDictionary<string, string?> entries)
    {
        var now = await EntriesAsync();
        var operations = new List<RecordOperation>();
        foreach (var (id, json) in entries)
            if (json is not null && now.GetValueOrDefault(id) != json) operations.Add(new RecordPut(new(Collections.Audit, id), Encoding.UTF8.GetBytes(json)));
        operations.AddRange(now.Keys.Where(id => entries.GetValueOrDefault(id) is null).Select(id => new RecordDelete(new(Collections.Audit, id))));
        if (operations.Count > 0) await _inner.CommitAsync(new("eve", operations));
    }

    /// <summary>What somebody does who can write the store and compute hashes: changes an entry, and makes every link behind it anew, the head's too.</summary>
    private async Task RewriteAsync(int from)
    {
        var entries = await EntriesAsync();
        entries[AuditedRecordStore.EntryId(from)] = entries[AuditedRecordStore.EntryId(from)]!.Replace("ana", "eve", StringComparison.Ordinal);
        var previous = Digest.Of(entries[AuditedRecordStore.EntryId(from)]!);
        for (var i = from + 1; entries.ContainsKey(AuditedRecordStore.EntryId(i)); i++)
        {
            entries[AuditedRecordStore.EntryId(i)] = With(entries[AuditedRecordStore.EntryId(i)]!, "previous", previous.Hex);
            previous = Digest.Of(entries[AuditedRecordStore.EntryId(i)]!);
        }

        await WriteAsync(entries);
        await _inner.CommitAsync(new("eve", [AuditHead.In(_inner).Put(new AuditHead(entries.Count, previous), null)]));
    }

    private static string With(string json, string member, JsonNode value)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        node[member] = value;
        return node.ToJsonString();
    }
}
