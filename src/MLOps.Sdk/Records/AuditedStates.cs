using System.Text;
using MLOps.Storage;

namespace MLOps.Records;

/// <summary>
/// What the chain says every audited record is, to be compared with what it is. Keys and digests are kept as hashes, about 60 bytes a record.
/// </summary>
internal sealed class AuditedStates(IRecordStore store)
{
    private const int MaxFindings = 1000;
    private const int MaxRounds = 20;

    private readonly Dictionary<Hash, Hash> _expected = [];
    private readonly Dictionary<RecordKey, Hash?> _suspects = [];

    /// <summary>Hears of a change, in the order of the chain.</summary>
    /// <param name="key">The hash of the record's key.</param>
    /// <param name="after">The digest after; null when it was deleted.</param>
    public void Change(Hash key, Hash? after)
    {
        if (after is { } digest) _expected[key] = digest;
        else _expected.Remove(key);
    }

    /// <summary>Compares all records of the audited collections.</summary>
    /// <param name="length">The number of the last entry that was heard of.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<(long Records, IReadOnlyList<AuditFinding> Findings)> CompareAsync(long length, CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var collection in Collections.Audited.Order(StringComparer.Ordinal))
        {
            await foreach (var record in AuditPages.ReadAsync(store, collection, cancellationToken).ConfigureAwait(false))
            {
                count++;
                var isKnown = _expected.Remove(KeyOf(collection, record.Key.Id), out var digest);
                if ((!isKnown || digest != Hash.Of(record.Json.Span)) && _suspects.Count < MaxFindings) _suspects[record.Key] = isKnown ? digest : null;
            }
        }

        // Entries appended meanwhile explain some of what differs; what no entry touched in between is a finding.
        var findings = await LookAgainAsync(await AppendedAsync(length, null, cancellationToken).ConfigureAwait(false), length, cancellationToken).ConfigureAwait(false);
        return (count, findings);
    }

    private async ValueTask<IReadOnlyList<AuditFinding>> LookAgainAsync(long length, long examined, CancellationToken cancellationToken)
    {
        if (_expected.Count > 0) await NameMissingAsync(examined, cancellationToken).ConfigureAwait(false);
        var findings = new List<AuditFinding>();
        var open = _suspects.Keys.OrderBy(k => k.ToString(), StringComparer.Ordinal).ToList();
        // A record that commits keep changing all the while is changed through the library: it is left for the next examination.
        for (var round = 0; round < MaxRounds && open.Count > 0; round++)
        {
            var different = new List<AuditFinding>();
            foreach (var key in open)
                if (Finding(key, await store.GetAsync(key, cancellationToken).ConfigureAwait(false), _suspects[key]) is { } finding) different.Add(finding);
            var touched = new HashSet<string>(StringComparer.Ordinal);
            if (different.Count > 0) length = await AppendedAsync(length, touched, cancellationToken).ConfigureAwait(false);
            findings.AddRange(different.Where(f => !touched.Contains(f.Key)));
            open = [.. open.Where(k => touched.Contains(k.ToString()))];
        }

        return findings;
    }

    /// <summary>Hears of the entries after one, up to the head as it is now; their records are compared one by one.</summary>
    private async ValueTask<long> AppendedAsync(long after, HashSet<string>? touched, CancellationToken cancellationToken)
    {
        var length = (await AuditHead.In(store).GetAsync(AuditHead.Id, cancellationToken).ConfigureAwait(false))?.Value.Sequence ?? 0;
        for (; after < length; after++)
        {
            if (await store.GetAsync(new RecordKey(Collections.Audit, AuditedRecordStore.EntryId(after + 1)), cancellationToken).ConfigureAwait(false) is not { } record) break;
            foreach (var change in AuditPages.Parse(record).Changes)
            {
                var key = new RecordKey(change.Collection, change.Id);
                _expected.Remove(KeyOf(change.Collection, change.Id));
                _suspects[key] = change.After is { } digest ? Hash.Of(digest) : null;
                touched?.Add(key.ToString());
            }
        }

        return after;
    }

    // Only hashes of the keys were kept: who is missing is found by reading the chain once more.
    private async ValueTask NameMissingAsync(long length, CancellationToken cancellationToken)
    {
        await foreach (var record in AuditPages.ReadAsync(store, Collections.Audit, cancellationToken).ConfigureAwait(false))
        {
            if (AuditPages.PositionOf(record.Key.Id) is not (> 0 and var position) || position > length) continue;
            foreach (var change in AuditPages.Parse(record).Changes)
                if (_suspects.Count < MaxFindings && _expected.Remove(KeyOf(change.Collection, change.Id), out var digest)) _suspects[new(change.Collection, change.Id)] = digest;
        }
    }

    private static AuditFinding? Finding(RecordKey key, Record? record, Hash? expected) => (record, expected) switch
    {
        (null, null) => null,
        (null, _) => Of(key, "is missing: it was removed behind the library"),
        (_, null) => Of(key, "is known to no entry of the chain, or was deleted by its last one: it was put in behind the library"),
        _ => Hash.Of(record.Json.Span) == expected ? null : Of(key, "is not what its last entry in the chain says: it was changed behind the library"),
    };

    private static AuditFinding Of(RecordKey key, string what) => new(AuditFindingKind.Record, key.ToString(), 0, 0, $"The record '{Name.Shown(key.ToString())}' {what}.");

    private static Hash KeyOf(string collection, string id) => Hash.Of(Encoding.UTF8.GetBytes($"{collection}/{id}"));
}
