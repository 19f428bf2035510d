using System.Runtime.CompilerServices;
using MLOps.Storage;

namespace MLOps.Testing.Tests.Saboteurs;

/// <summary>Checks first and writes later: two writers may both find what they expected.</summary>
sealed class LostUpdate : RecordDecorator
{
    private readonly Rendezvous _both = new();

    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        foreach (var operation in commit.Operations.Where(o => o is { Expected: not null, Key.Id.Length: < 100 } and not RecordCheck))
        {
            var found = await Inner.GetAsync(operation.Key, cancellationToken);
            if ((found?.Version ?? 0) != operation.Expected) return await Inner.CommitAsync(commit, cancellationToken);
        }

        if (commit.Operations.Any(o => o.Expected is not null)) await _both.MeetAsync();
        return await Inner.CommitAsync(commit with { Operations = [.. commit.Operations.Select(o => o is null or RecordCheck ? o! : o with { Expected = null })] }, cancellationToken);
    }
}

/// <summary>Writes the first operations although a later one fails.</summary>
sealed class TornCommit : RecordDecorator
{
    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.CommitAsync(commit, cancellationToken);
        }
        catch (MLOpsConflictException) when (commit.Operations.Count > 1)
        {
            var sound = commit.Operations.TakeWhile(o => o.Expected is null or 0).ToList();
            if (sound.Count > 0) await Inner.CommitAsync(commit with { Operations = sound }, cancellationToken);
            throw;
        }
    }
}

/// <summary>Makes a commit of many operations in two steps.</summary>
sealed class CommitInTwoSteps : RecordDecorator
{
    private volatile Rendezvous? _half;

    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        if (commit.Operations is not { Count: 8 }) return await Inner.CommitAsync(commit, cancellationToken);
        await Inner.CommitAsync(commit with { Operations = [.. commit.Operations.Take(4)] }, cancellationToken);
        await (_half = new()).MeetAsync();
        return await Inner.CommitAsync(commit with { Operations = [.. commit.Operations.Skip(4)] }, cancellationToken);
    }

    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        var page = await Inner.QueryAsync(query, cancellationToken);
        if (_half is { } half) await half.MeetAsync();
        return page;
    }
}

/// <summary>Answers from a cache that no commit clears.</summary>
sealed class StaleRead : RecordDecorator
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<RecordKey, Record> _cache = new();

    public override async ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        var record = await Inner.GetAsync(key, cancellationToken);
        return record is null ? null : _cache.GetOrAdd(key, record);
    }
}

/// <summary>Works on although the caller cancelled.</summary>
sealed class SwallowedCancellation : RecordDecorator
{
    public override ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => Inner.CommitAsync(commit, CancellationToken.None);
}

/// <summary>Commits, then says that it was cancelled.</summary>
sealed class CancelledButCommitted : RecordDecorator
{
    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        var result = await Inner.CommitAsync(commit, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }
}

/// <summary>A watch that ends quietly instead of with its token.</summary>
sealed class WatchEndsQuietly : RecordDecorator
{
    public override async IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var watch = Inner.WatchAsync(after, collections, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await watch.MoveNextAsync()) yield break;
            }
            catch (OperationCanceledException)
            {
                yield break;
            }

            yield return watch.Current;
        }
    }
}

/// <summary>Orders by UTF-16 characters instead of UTF-8 bytes.</summary>
sealed class Utf16Order : RecordDecorator
{
    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        var page = await Inner.QueryAsync(query, cancellationToken);
        if (query.OrderBy is not null || query.Descending) return page;
        return page with { Records = [.. page.Records.OrderBy(r => r.Key.Id, StringComparer.Ordinal)] };
    }
}

/// <summary>Puts records without the field first when descending, as a database does that is not told otherwise.</summary>
sealed class MissingFirst : RecordDecorator
{
    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        var page = await Inner.QueryAsync(query, cancellationToken);
        return query is { Descending: true, OrderBy: { } field } ? page with { Records = [.. page.Records.OrderBy(r => r.Fields.ContainsKey(field))] } : page;
    }
}

/// <summary>Reverses ties together with the order.</summary>
sealed class TiesReversed : RecordDecorator
{
    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        var page = await Inner.QueryAsync(query, cancellationToken);
        return query is { Descending: true, OrderBy: not null and not RecordQuery.Id, Size: 10_000, Filter: null }
            ? page with { Records = [.. (await Inner.QueryAsync(query with { Descending = false }, cancellationToken)).Records.Reverse()] }
            : page;
    }
}

/// <summary>Pages by counting: what is written meanwhile shifts records over the edge.</summary>
sealed class LostPageItem : RecordDecorator
{
    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        var page = await Inner.QueryAsync(query, cancellationToken);
        return query.After is not null && page.Next is not null && page.Records.Count > 3 ? page with { Records = [.. page.Records.Skip(1)] } : page;
    }
}

/// <summary>Takes any page token for any query.</summary>
sealed class AnyToken : RecordDecorator
{
    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.QueryAsync(query, cancellationToken);
        }
        catch (MLOpsInvalidException) when (query.After is not null)
        {
            return await Inner.QueryAsync(query with { After = null }, cancellationToken);
        }
    }
}

/// <summary>Forgets one record while it watches.</summary>
sealed class WatchThatSkips : RecordDecorator
{
    public override async IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // The last change of the case, so that the watcher waits for it: only the deadline ends it.
        await foreach (var change in Inner.WatchAsync(after, collections, cancellationToken))
            if (change.Key.Id != "11") yield return change;
    }
}

/// <summary>Reports only what is there: deletions are forgotten.</summary>
sealed class WatchWithoutDeletions : RecordDecorator
{
    public override async IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var change in Inner.WatchAsync(after, collections, cancellationToken))
            if (change.Record is not null) yield return change;
    }
}

/// <summary>Numbers a record from 1 again after its deletion.</summary>
sealed class VersionReused : RecordDecorator
{
    private readonly Dictionary<RecordKey, long> _offsets = [];

    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        if (commit.Operations is not [{ Key.Collection: "things", Key.Id: "a" } only]) return await Inner.CommitAsync(commit, cancellationToken);
        var offset = _offsets.GetValueOrDefault(only.Key);
        var result = await Inner.CommitAsync(commit with { Operations = [only with { Expected = only.Expected is > 0 ? only.Expected + offset : only.Expected }] }, cancellationToken);
        if (only is RecordDelete) _offsets[only.Key] = result.Versions[0];
        return result with { Versions = [result.Versions[0] - offset] };
    }
}

/// <summary>Compares patterns without regard to case, as a database does that is not told otherwise.</summary>
sealed class LikeIgnoresCase : RecordDecorator
{
    public override async ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => query.Filter is LikeFilter { Pattern: { Length: > 0 and < 100 } pattern } like && char.IsAsciiLetter(pattern[0])
        ? await Inner.QueryAsync(query with { Filter = Filter.Or(Filter.Like(like.Field, pattern.ToLowerInvariant()), Filter.Like(like.Field, char.ToUpperInvariant(pattern[0]) + pattern[1..])) }, cancellationToken)
        : await Inner.QueryAsync(query, cancellationToken);
}

/// <summary>Lets the negation of a condition on a missing field be unknown, as SQL's three-valued logic does.</summary>
sealed class NotOfMissingIsUnknown : RecordDecorator
{
    public override ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => query.Filter is NotFilter { Inner: CompareFilter { Field: not RecordQuery.Id } compare }
        ? Inner.QueryAsync(query with { Filter = Filter.And(query.Filter, Filter.Exists(compare.Field)) }, cancellationToken)
        : Inner.QueryAsync(query, cancellationToken);
}

/// <summary>Parses the document and writes it again, as a JSON column does.</summary>
sealed class ReformattedJson : RecordDecorator
{
    public override async ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        if (await Inner.GetAsync(key, cancellationToken) is not { } record) return null;
        using var document = System.Text.Json.JsonDocument.Parse(record.Json);
        return record with { Json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(document.RootElement) };
    }
}

/// <summary>Names only the first record that failed.</summary>
sealed class ConflictNamesOne : RecordDecorator
{
    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.CommitAsync(commit, cancellationToken);
        }
        catch (MLOpsConflictException error)
        {
            throw new MLOpsConflictException(error.Message, [error.Subjects[0]], error);
        }
    }
}

/// <summary>Keeps the caller's own memory instead of a copy.</summary>
sealed class KeepsTheCallersBuffer : RecordDecorator
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<RecordKey, ReadOnlyMemory<byte>> _buffers = new();

    public override async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
    {
        var result = await Inner.CommitAsync(commit, cancellationToken);
        foreach (var put in commit.Operations.OfType<RecordPut>()) _buffers[put.Key] = put.Json;
        return result;
    }

    public override async ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        await Inner.GetAsync(key, cancellationToken) is { } record ? record with { Json = _buffers.GetValueOrDefault(key, record.Json) } : null;
}
