using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>Reads, examines and signs the audit chain. Thread-safe.</summary>
public sealed class AuditChain
{
    private const int MaxFindings = 1000;

    private readonly IRecordStore _store;
    private readonly TimeProvider _time;

    /// <summary>The chain of a store.</summary>
    /// <param name="store">The records.</param>
    /// <param name="time">The clock that checkpoints are dated by; the system's when null.</param>
    public AuditChain(IRecordStore store, TimeProvider? time = null) => (_store, _time) = (store, time ?? TimeProvider.System);

    /// <summary>Reads entries of the chain.</summary>
    /// <param name="query">Which; all, newest first, when null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsIntegrityException">An entry cannot be read.</exception>
    public async IAsyncEnumerable<AuditEntry> ListAsync(AuditQuery? query = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        query ??= new();
        var filters = new List<Filter> { Filter.Exists("at") };
        if (query.Actor is not null) filters.Add(Filter.Equal("actor", query.Actor));
        if (query.From is { } from) filters.Add(Filter.AtLeast("at", FieldValue.Of(from)));
        if (query.Until is { } until) filters.Add(Filter.Less("at", FieldValue.Of(until)));
        var records = new RecordQuery(Collections.Audit) { Filter = Filter.And([.. filters]), OrderBy = RecordQuery.Id, Descending = query.NewestFirst, Size = 200 };
        do
        {
            var page = await _store.QueryAsync(records, cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records)
                if (AuditPages.Parse(record) is var entry && query.Matches(entry)) yield return entry;
            records = records with { After = page.Next };
        }
        while (records.After is not null);
    }

    /// <summary>Examines the chain, and the records that it tells of, and throws when anything is wrong.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many entries there are.</returns>
    /// <exception cref="MLOpsIntegrityException">Something is wrong; the message names the first place and says how many there are.</exception>
    public async ValueTask<long> VerifyAsync(CancellationToken cancellationToken = default)
    {
        var report = await ExamineAsync(null, cancellationToken).ConfigureAwait(false);
        if (report.Findings is not [var first, ..]) return report.Entries;
        throw new MLOpsIntegrityException(
            $"The audit chain is broken: {first.Message}{(report.Findings.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" And {report.Findings.Count - 1} more.") : "")} " +
            "Somebody changed the store's records behind the library. See all of it with 'mlops audit verify'.",
            first.Key);
    }

    /// <summary>
    /// Walks the whole chain and finds every entry that was changed, removed, put in or put in another order; compares the audited records as they are
    /// with what their last entries say; and says up to where signed checkpoints confirm it. Entries that are appended meanwhile are left for the next time.
    /// </summary>
    /// <param name="examination">What to compare with; records but no checkpoints when null.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsInvalidException">Checkpoints are given without a key.</exception>
    /// <exception cref="MLOpsIntegrityException">The chain's head cannot be read.</exception>
    public async ValueTask<AuditReport> ExamineAsync(AuditExamination? examination = null, CancellationToken cancellationToken = default)
    {
        examination ??= new();
        if (examination is { Checkpoints.Count: > 0, Key: null }) throw new MLOpsInvalidException("Checkpoints prove nothing without the key they were signed with. Give the public key.");
        // The head is read first: entries that are appended meanwhile lie beyond it.
        var head = (await AuditHead.In(_store).GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false))?.Value ?? new AuditHead(0, default);
        var findings = new List<AuditFinding>();
        var checkpoints = Trusted(examination, findings);

        var links = new AuditLinks(head.Sequence);
        var states = examination.CompareRecords ? new AuditedStates(_store) : null;
        var confirmed = new Dictionary<long, Hash>();
        await foreach (var chunk in AuditChunk.ReadAsync(_store, head.Sequence, states is not null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var (id, hash, link) in chunk.Entries)
            {
                if (checkpoints.Count > 0 && checkpoints.ContainsKey(AuditPages.PositionOf(id))) confirmed[AuditPages.PositionOf(id)] = hash;
                links.Add(id, hash, link);
            }

            foreach (var (key, after) in chunk.Changes) states!.Change(key, after);
        }

        var appended = (await AuditHead.In(_store).GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false))?.Value.Sequence ?? 0;
        var isHeadRight = checkpoints.TryGetValue(head.Sequence, out var last) && confirmed.TryGetValue(head.Sequence, out var lastHash) && Hash.Of(last.Hash) == lastHash;
        var broken = links.End(head.Hash.IsEmpty ? default : Hash.Of(head.Hash), isHeadRight, id => AuditPages.PositionOf(id) <= appended);
        findings.AddRange(broken);
        var signed = Confirm(head.Sequence, checkpoints.Values, confirmed, broken, findings);

        var records = 0L;
        if (states is not null)
        {
            // A chain that is broken still says something about most records; but who changed an entry may have hidden a record's change with it.
            (records, var different) = await states.CompareAsync(head.Sequence, cancellationToken).ConfigureAwait(false);
            findings.AddRange(different);
        }

        return new(head.Sequence, records, signed, [.. findings.Take(MaxFindings)]);
    }

    /// <summary>Signs the chain as it is now. Keep the checkpoint where those who can write the store cannot: in another system, on paper, with an auditor.</summary>
    /// <param name="key">The private key; the library keeps nothing of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsNotFoundException">The chain has no entry yet.</exception>
    /// <exception cref="MLOpsIntegrityException">The chain is broken: it is not signed.</exception>
    public async ValueTask<AuditCheckpoint> SignAsync(ECDsa key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var head = (await AuditHead.In(_store).GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false))?.Value
            ?? throw new MLOpsNotFoundException("The audit chain has no entry yet, so there is nothing to sign.");
        var last = await _store.GetAsync(new RecordKey(Collections.Audit, AuditedRecordStore.EntryId(head.Sequence)), cancellationToken).ConfigureAwait(false);
        if (last is null || Digest.Of(last.Json.Span) != head.Hash)
            throw new MLOpsIntegrityException("The head of the audit chain does not name its last entry; it is not signed. See what is wrong with 'mlops audit verify'.", $"{Collections.Audit}/{AuditHead.Id}");
        return AuditCheckpoint.Sign(head.Sequence, head.Hash, DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds()), key);
    }

    /// <summary>Writes every entry, oldest first, each as the exact bytes that its hash is of, followed by a line feed.</summary>
    /// <param name="target">Where to; left open.</param>
    /// <param name="cancellationToken">Cancels; what was written stays.</param>
    /// <returns>How many entries were written.</returns>
    public async ValueTask<long> ExportAsync(Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var count = 0L;
        await foreach (var record in AuditPages.ReadAsync(_store, Collections.Audit, cancellationToken).ConfigureAwait(false))
        {
            if (record.Key.Id == AuditHead.Id) continue;
            await target.WriteAsync(record.Json, cancellationToken).ConfigureAwait(false);
            await target.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            count++;
        }

        return count;
    }

    private static Dictionary<long, AuditCheckpoint> Trusted(AuditExamination examination, List<AuditFinding> findings)
    {
        var trusted = new Dictionary<long, AuditCheckpoint>();
        foreach (var checkpoint in examination.Checkpoints)
        {
            // Two for one entry that do not agree: both are looked at, one of them is not the chain's.
            if (!checkpoint.IsSignedWith(examination.Key!))
                findings.Add(Checkpoint(AuditFindingKind.Checkpoint, checkpoint.Sequence, checkpoint.Sequence, $"The checkpoint on entry {checkpoint.Sequence} is not signed with this key; it confirms nothing."));
            else if (!trusted.TryAdd(checkpoint.Sequence, checkpoint) && trusted[checkpoint.Sequence].Hash != checkpoint.Hash)
                findings.Add(Checkpoint(AuditFindingKind.Rewritten, checkpoint.Sequence, checkpoint.Sequence, $"Two checkpoints on entry {checkpoint.Sequence} were signed on different chains."));
        }

        return trusted;
    }

    /// <summary>Up to which entry the checkpoints confirm the chain. The first that does not tells between which entries it was written anew.</summary>
    private static long Confirm(
        long length, IEnumerable<AuditCheckpoint> checkpoints, Dictionary<long, Hash> found, IReadOnlyList<AuditFinding> broken, List<AuditFinding> findings)
    {
        var signed = 0L;
        foreach (var checkpoint in checkpoints.OrderBy(c => c.Sequence))
        {
            var first = signed + 1;
            if (checkpoint.Sequence > length)
            {
                findings.Add(Checkpoint(AuditFindingKind.Removed, length + 1, checkpoint.Sequence, $"The chain ends at entry {length}, but a checkpoint was signed on entry {checkpoint.Sequence}: the end was removed."));
                break;
            }

            if (found.TryGetValue(checkpoint.Sequence, out var hash) && hash == Hash.Of(checkpoint.Hash))
            {
                // What is confirmed is a chain without a break, back to the first entry.
                if (!broken.Any(f => f.First <= checkpoint.Sequence)) signed = checkpoint.Sequence;
            }
            else if (!broken.Any(f => f.First >= first && f.First <= checkpoint.Sequence))
            {
                findings.Add(Checkpoint(
                    AuditFindingKind.Rewritten, first, checkpoint.Sequence, $"The chain fits together, but entry {checkpoint.Sequence} is not the one that was signed: it was written anew from one of the entries {first} to {checkpoint.Sequence} on."));
                break;
            }
        }

        return signed;
    }

    private static AuditFinding Checkpoint(AuditFindingKind kind, long first, long last, FormattableString message) =>
        new(kind, $"{Collections.Audit}/{AuditedRecordStore.EntryId(first)}", first, last, message.ToString(CultureInfo.InvariantCulture));
}
