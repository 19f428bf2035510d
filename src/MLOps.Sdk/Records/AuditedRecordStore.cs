using System.Globalization;
using System.Text.Json;
using MLOps.Storage;
using MLOps.Storage.Relational;

namespace MLOps.Records;

/// <summary>
/// Decorates a record store so that every commit that touches an audited collection carries its own link of a hash chain
/// in the same commit: nothing audited changes without one. Above the seam on purpose: every backend is audited alike.
/// </summary>
/// <remarks>
/// The head is locked by its expected version. Writers of this process take turns; a writer of another process that was
/// faster shows as a conflict on the head alone, and the link is made anew on the new head. A commit enlisted in the host's own
/// transaction holds the head until that ends, so it takes no turn: a writer who has the turn may be waiting for it. The rooms'
/// <see cref="CommitRule"/>s are asked under that same lock, so that no way to an audited record leads around them.
/// </remarks>
internal sealed class AuditedRecordStore(IRecordStore inner, TimeProvider time, IEnumerable<CommitRule>? rules = null) : IRecordStore, IDisposable
{
    private readonly ILookup<string, CommitRule> _rules = (rules ?? []).ToLookup(r => r.Collection, StringComparer.Ordinal);

    private readonly RecordCollection<AuditHead> _heads = AuditHead.In(inner);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The store beneath.</summary>
    public IRecordStore Inner => inner;

    public static string EntryId(long sequence) => sequence.ToString("D18", CultureInfo.InvariantCulture);

    public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

    public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => inner.QueryAsync(query, cancellationToken);

    public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) =>
        inner.WatchAsync(after, collections, cancellationToken);

    public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        CommitRules.Require(commit);
        if (commit.Operations.Any(o => o.Key.Collection == Collections.Audit))
            throw new MLOpsInvalidException($"Records of the collection '{Collections.Audit}' are written by the audit chain only.");
        var audited = commit.Operations.Where(o => o is not RecordCheck && Collections.Audited.Contains(o.Key.Collection)).ToList();
        if (audited.Count == 0) return await inner.CommitAsync(commit, cancellationToken).ConfigureAwait(false);

        var takesTurn = !Enlistment.IsAny;
        if (takesTurn) await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string? lost = null;
            while (true)
            {
                var linked = await LinkAsync(commit, audited, cancellationToken).ConfigureAwait(false);
                var expectations = string.Join(',', linked.Operations.Select(o => o.Expected));
                try
                {
                    var result = await inner.CommitAsync(linked, cancellationToken).ConfigureAwait(false);
                    return result with { Versions = [.. result.Versions.Take(commit.Operations.Count)] };
                }
                catch (MLOpsConflictException e) when (OnlyOurs(e, commit))
                {
                    // Another process moved the head, or a record whose version the caller left open, first: the link is made
                    // anew. But a race that was lost was won by somebody: what did not change since is no race.
                    if (lost == expectations)
                        throw new MLOpsIntegrityException(
                            "The audit chain's head does not name its last entry: the store's records were changed behind the library, or restored in part. Nothing was written. Restore the whole store from one backup.",
                            $"{Collections.Audit}/{AuditHead.Id}", innerException: e);
                    lost = expectations;
                }
            }
        }
        finally
        {
            if (takesTurn) _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>True when the conflict is on expectations that the chain added, not on one of the caller's.</summary>
    private static bool OnlyOurs(MLOpsConflictException conflict, RecordCommit commit) => conflict.Subjects.Count > 0 && conflict.Subjects.All(
        subject => commit.Operations.FirstOrDefault(o => o.Key.ToString() == subject)?.Expected is null);

    private async ValueTask<RecordCommit> LinkAsync(RecordCommit commit, List<RecordOperation> audited, CancellationToken cancellationToken)
    {
        var stored = await _heads.GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false);
        var head = stored?.Value ?? new AuditHead(0, default);
        var isLost = false;

        var changes = new List<AuditedChange>(audited.Count);
        var pinned = new Dictionary<RecordKey, long>();
        foreach (var operation in audited)
        {
            var before = await inner.GetAsync(operation.Key, cancellationToken).ConfigureAwait(false);
            // The "before" of an entry must be what the commit really replaces: an operation without expectation gets one.
            if (operation.Expected is null && (before is not null || operation is RecordPut)) pinned[operation.Key] = before?.Version ?? RecordOperation.Absent;
            isLost |= before is not null && operation.Expected is { } expected && expected != before.Version;
            changes.Add(Change(operation, before));
        }

        // A commit that has lost its race is told so by the store; the rules judge what could be written.
        var required = isLost ? [] : await RequireAsync(commit, audited, stored, cancellationToken).ConfigureAwait(false);
        var checks = commit.Operations.Concat(required)
            .Where(o => o is RecordCheck { Expected: > RecordOperation.Absent } && Collections.Audited.Contains(o.Key.Collection))
            .Select(o => new AuditedCheck(o.Key.Collection, o.Key.Id, o.Expected!.Value)).ToList();
        var entry = new AuditEntry(head.Sequence + 1, head.Hash, time.GetUtcNow(), commit.Actor, changes, commit.Reason, checks.Count > 0 ? checks : null);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(entry, RecordsJson.Default.AuditEntry);
        var newHead = new AuditHead(entry.Sequence, Digest.Of(bytes));
        return commit with
        {
            Operations =
            [
                .. commit.Operations.Select(o => pinned.TryGetValue(o.Key, out var version) ? o with { Expected = version } : o),
                .. required,
                new RecordPut(
                    new RecordKey(Collections.Audit, EntryId(entry.Sequence)), bytes,
                    new Dictionary<string, FieldValue> { ["at"] = FieldValue.Of(entry.At), ["actor"] = commit.Actor }, RecordOperation.Absent),
                stored is null ? _heads.Put(newHead, RecordOperation.Absent) : _heads.Put(stored, newHead),
            ],
        };
    }

    /// <summary>Asks the rooms' rules; what their judgement rests on becomes part of the commit, unless the commit itself changes or checks it.</summary>
    private async ValueTask<IReadOnlyCollection<RecordCheck>> RequireAsync(RecordCommit commit, List<RecordOperation> audited, Stored<AuditHead>? head, CancellationToken cancellationToken)
    {
        try
        {
            return await RequireAsync(commit, audited, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException)
        {
            // What a rule refused may be half of before and half of after somebody else's commit. Then the head has moved, the
            // commit fails on it, and the rule sees the whole when it is asked again.
            if ((await _heads.GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false))?.Version == head?.Version) throw;
            return [];
        }
    }

    private async ValueTask<IReadOnlyCollection<RecordCheck>> RequireAsync(RecordCommit commit, List<RecordOperation> audited, CancellationToken cancellationToken)
    {
        if (_rules.Count == 0) return [];
        var known = commit.Operations.Select(o => o.Key).ToHashSet();
        var required = new List<RecordCheck>();
        foreach (var operation in audited)
            foreach (var rule in _rules[operation.Key.Collection])
                foreach (var check in await rule.CheckAsync(commit, operation, inner, cancellationToken).ConfigureAwait(false))
                    if (known.Add(check.Key)) required.Add(check);
        return required;
    }

    private static AuditedChange Change(RecordOperation operation, Record? before)
    {
        var put = operation as RecordPut;
        JsonElement? document = null;
        if (put is not null)
        {
            try
            {
                using var parsed = JsonDocument.Parse(put.Json);
                document = parsed.RootElement.Clone();
            }
            catch (JsonException e)
            {
                throw new MLOpsInvalidException($"The document of {operation.Key} is not JSON: {e.Message}", e);
            }
        }

        return new AuditedChange(
            operation.Key.Collection, operation.Key.Id,
            before is null ? null : Digest.Of(before.Json.Span), put is null ? null : Digest.Of(put.Json.Span), document);
    }
}
