using System.Globalization;

namespace MLOps.Records;

/// <summary>
/// Follows the links of the chain and finds out, where one is broken, which entry was tampered with. Entries come in order of their ids.
/// </summary>
/// <remarks>
/// An entry's hash stands in the next one. So a changed entry breaks the link behind it; one whose own "previous" was changed breaks two. An entry
/// that stands in another's place says another number than its id. Memory goes with what is wrong, not with the length of the chain.
/// </remarks>
internal sealed class AuditLinks(long length)
{
    private readonly List<long> _breaks = [];
    private readonly List<Run> _misplaced = [];
    private readonly List<AuditFinding> _findings = [];
    private readonly List<long> _unreadable = [];
    private readonly List<(long First, long Last)> _gaps = [];
    private readonly List<string> _beyond = [];
    private Hash _previous;
    private bool _isPreviousKnown = true;
    private long _next = 1;

    /// <summary>Entries with the same distance between their place and the number they say.</summary>
    private sealed record Run(long First, long Last, long Distance)
    {
        public long Length => Last - First + 1;
    }

    /// <summary>Hears of the next record of the collection.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="hash">The hash of its bytes.</param>
    /// <param name="link">What it says; null when it cannot be read.</param>
    public void Add(string id, Hash hash, AuditLink? link)
    {
        var position = AuditPages.PositionOf(id);
        if (position <= 0)
        {
            _findings.Add(Of(AuditFindingKind.Inserted, id, 0, 0, $"The record '{Name.Shown(id)}' lies among the entries and is none: it was put in behind the library."));
            return;
        }

        if (position > length)
        {
            // One that says a smaller number was moved there by what was put in before it.
            if (link is { } moved && moved.Sequence < position)
            {
                Misplace(position, moved.Sequence - position);
                (_previous, _isPreviousKnown) = (hash, false);
            }
            else
            {
                _beyond.Add(id);
            }

            return;
        }

        if (position > _next)
        {
            _gaps.Add((_next, position - 1));
            _isPreviousKnown = false;
        }

        _next = position + 1;
        if (link is not { } known) _unreadable.Add(position);
        else if (known.Sequence != position) Misplace(position, known.Sequence - position);
        else if (_isPreviousKnown && known.Previous != _previous) _breaks.Add(position);
        (_previous, _isPreviousKnown) = (hash, link?.Sequence == position);
    }

    /// <summary>Ends the chain.</summary>
    /// <param name="head">The hash that the head names.</param>
    /// <param name="isHeadRight">Whether a signed checkpoint confirms the last entry, so that the head is what is wrong.</param>
    /// <param name="isAppended">Whether entries beyond the length were appended while the chain was read.</param>
    public IReadOnlyList<AuditFinding> End(Hash head, bool isHeadRight, Func<string, bool> isAppended)
    {
        if (_next <= length) _gaps.Add((_next, length));
        else if (_isPreviousKnown && _previous != head) _breaks.Add(length + 1);
        // What the head names stands at the end of entries that were all moved by as many places.
        var shift = _misplaced is [.., { } run] && _previous == head && !IsPermutation()
            && (run.Last == length || run.Last == length - run.Distance || (_gaps is [.., { First: var missing }] && run.Last == missing - 1)) ? run.Distance : 0;
        foreach (var misplaced in _misplaced) Place(misplaced, shift);
        foreach (var (first, end) in _gaps)
        {
            // Entries that moved up to fill a hole leave one at the end: it has been told of where it was made.
            if (shift > 0 && end == length) continue;
            _findings.Add(Of(AuditFindingKind.Removed, AuditedRecordStore.EntryId(first), first, end, first == end ? Text($"Entry {first} is missing: it was removed.") : Text($"The entries {first} to {end} are missing: they were removed.")));
        }

        foreach (var position in _unreadable) Changed(position, "it cannot be read");
        Break(isHeadRight);
        if (shift >= 0)
            foreach (var id in _beyond.Where(id => !isAppended(id)))
                _findings.Add(Of(AuditFindingKind.Inserted, id, AuditPages.PositionOf(id), AuditPages.PositionOf(id), Text($"Entry {AuditPages.PositionOf(id)} lies behind the last one that the head names: it was put in.")));
        return [.. _findings.OrderBy(f => f.First)];
    }

    /// <summary>Whether the misplaced entries are all there, each in another's place.</summary>
    private bool IsPermutation() => _gaps.Count == 0
        && Merged(_misplaced.Select(r => (r.First, r.Last))).SequenceEqual(Merged(_misplaced.Select(r => (First: r.First + r.Distance, Last: r.Last + r.Distance))));

    private static List<(long First, long Last)> Merged(IEnumerable<(long First, long Last)> spans)
    {
        var merged = new List<(long First, long Last)>();
        foreach (var span in spans.Order())
        {
            if (merged is [.., { } before] && span.First == before.Last + 1) merged[^1] = (before.First, span.Last);
            else merged.Add(span);
        }

        return merged;
    }

    private void Misplace(long position, long distance)
    {
        if (_misplaced is [.., { } run] && run.Last == position - 1 && run.Distance == distance) _misplaced[^1] = run with { Last = position };
        else _misplaced.Add(new(position, position, distance));
    }

    private void Place(Run run, long shift)
    {
        if (run.Distance == shift && shift != 0 && ReferenceEquals(run, _misplaced[^1]))
        {
            // Everything from here to the end moved by as many places as entries were put in or taken out before it.
            if (shift < 0)
                for (var position = run.First + shift; position < run.First; position++)
                    _findings.Add(Of(AuditFindingKind.Inserted, AuditedRecordStore.EntryId(position), position, position, Text($"Entry {position} was put in, and all behind it were moved.")));
            else
                _findings.Add(Of(AuditFindingKind.Removed, AuditedRecordStore.EntryId(run.First), run.First, run.First + shift - 1, Text($"{shift} of the entries from {run.First} on were removed, and all behind were moved up.")));
            return;
        }

        for (var position = run.First; position <= run.Last; position++)
        {
            if (shift < 0 && ReferenceEquals(run, _misplaced[^1]) is false && position >= _misplaced[^1].First + shift && position < _misplaced[^1].First) continue;
            var said = position + run.Distance;
            if (_misplaced.Any(other => said >= other.First && said <= other.Last))
                _findings.Add(Of(AuditFindingKind.Reordered, AuditedRecordStore.EntryId(position), position, position, Text($"In the place of entry {position} stands entry {said}: they were put in another order.")));
            else if (position > length)
                _findings.Add(Of(AuditFindingKind.Inserted, AuditedRecordStore.EntryId(position), position, position, Text($"Behind the last entry that the head names stands one more, which says it is number {said}: it was put in.")));
            else Changed(position, Text($"it says it is number {said}"));
        }
    }

    // One broken link alone: the entry before it was changed. Several on end: each entry between two of them was.
    private void Break(bool isHeadRight)
    {
        for (var i = 0; i < _breaks.Count; i++)
        {
            var first = i;
            while (i + 1 < _breaks.Count && _breaks[i + 1] == _breaks[i] + 1) i++;
            if (first == i && _breaks[i] == length + 1 && isHeadRight)
                _findings.Add(new(AuditFindingKind.Head, $"{Collections.Audit}/{AuditHead.Id}", 0, 0, "The head does not hold the hash of the last entry, which a signed checkpoint confirms: the head was changed."));
            else if (first == i)
                Changed(Math.Max(1, _breaks[i] - 1), _breaks[i] == length + 1 ? "its hash is not the one that the head names (or the head was changed)" : "its hash is not the one that the entry behind it holds");
            else
                for (var j = first; j < i; j++) Changed(_breaks[j], "the links on both sides of it are broken");
        }
    }

    private void Changed(long position, string why) =>
        _findings.Add(Of(AuditFindingKind.Changed, AuditedRecordStore.EntryId(position), position, position, Text($"Entry {position} is not what was written: {why}.")));

    private static AuditFinding Of(AuditFindingKind kind, string id, long first, long last, string message) => new(kind, $"{Collections.Audit}/{id}", first, last, message);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
