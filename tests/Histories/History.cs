using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using MLOps.Storage;
using MLOps.Storage.Memory;

namespace MLOps.Tests.Histories;

/// <summary>
/// Random histories told of a database and of the memory store at once: after every step both have answered alike. A failure
/// shows the least history that fails and the seed; MLOPS_HISTORY_SEED tells others.
/// </summary>
internal sealed class History(IHistorySubject subject, string name)
{
    private readonly MemoryRecordStore _records = new();
    private readonly MemoryStreamStore _streams = new();
    private readonly Dictionary<RecordKey, long> _versions = [];
    private readonly string _collection = name + "-things", _prefix = name + "/";
    private long _origin, _lastChange;

    /// <summary>Tells histories until one fails.</summary>
    /// <param name="subject">The database; each history has a collection and streams of its own in it.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of all of them.</param>
    public static void Tell(IHistorySubject subject, int count, ulong seed)
    {
        if (ulong.TryParse(Environment.GetEnvironmentVariable("MLOPS_HISTORY_SEED"), CultureInfo.InvariantCulture, out var other)) seed = other;
        var told = 0;
        var histories = Arb.From(Gen.Choose(0, int.MaxValue - 1).Select(Step.Of).ArrayOf(), Smaller);
        var config = Config.QuickThrowOnFailure.WithMaxTest(count).WithStartSize(4).WithEndSize(14).WithReplay(FSharpOption<Replay>.Some(new(new Rnd(seed, 1), FSharpOption<int>.None)));
        Check.One(config, Prop.ForAll(histories, (Action<Step[]>)(steps => new History(subject, string.Create(CultureInfo.InvariantCulture, $"h{told++}")).TellAsync(steps).GetAwaiter().GetResult())));
    }

    private static IEnumerable<Step[]> Smaller(Step[] steps)
    {
        for (var length = steps.Length / 2; length >= 1; length /= 2)
            for (var from = 0; from + length <= steps.Length; from += length) yield return [.. steps[..from], .. steps[(from + length)..]];
        for (var i = 0; i < steps.Length; i++)
            foreach (var smaller in steps[i].Smaller()) yield return [.. steps[..i], smaller, .. steps[(i + 1)..]];
    }

    private async Task TellAsync(Step[] steps)
    {
        _origin = (await subject.Records.QueryAsync(new(_collection) { Size = 1 })).Position;
        foreach (var step in steps)
        {
            await (step.Kind switch
            {
                StepKind.Commit => CommitAsync(step.Commit(_collection, Version), (store, commit) => store.CommitAsync(commit).AsTask()),
                StepKind.Crash => CrashAsync(step),
                StepKind.Query => QueryAsync(step.Query(_collection)),
                StepKind.Watch => WatchAsync(step.Random().Next(20)),
                StepKind.Append => AppendAsync(step),
                StepKind.Truncate => TruncateAsync(step),
                _ => subject.ReopenAsync(),
            });
        }

        await QueryAsync(new(_collection) { Size = 100 });
        await WatchAsync(0);
        await StreamsAsync();
    }

    private long Version(RecordKey key) => _versions.GetValueOrDefault(key);

    private async Task CommitAsync(RecordCommit commit, Func<IRecordStore, RecordCommit, Task<CommitResult>> make)
    {
        var (expected, actual) = (await OutcomeAsync(() => make(_records, commit)), await OutcomeAsync(() => make(subject.Records, commit)));
        Same(expected, actual, commit);
    }

    private async Task CrashAsync(Step step)
    {
        var commit = step.Commit(_collection, Version);
        (CommitResult?, string?) actual;
        try
        {
            CommitResult? result = null;
            await subject.CrashAsync(async (store, token) => result = await store.CommitAsync(commit, token), step.Random());
            actual = (result, null);
        }
        catch (Exception error) when (error is OperationCanceledException or MLOpsUnavailableException)
        {
            return; // Nothing of it may be there, which the next look shows.
        }
        catch (MLOpsConflictException error)
        {
            actual = (null, Shown(error));
        }

        Same(await OutcomeAsync(() => _records.CommitAsync(commit).AsTask()), actual, commit);
    }

    private void Same((CommitResult? Result, string? Conflict) expected, (CommitResult? Result, string? Conflict) actual, RecordCommit commit)
    {
        Equal(expected.Conflict, actual.Conflict, "the conflict");
        if (expected.Result is not { } result) return;
        Equal(string.Join(' ', result.Versions), string.Join(' ', actual.Result!.Versions), "the versions");
        Equal(result.Position, actual.Result.Position - _origin, "the position");
        for (var i = 0; i < commit.Operations.Count; i++)
        {
            var key = commit.Operations[i].Key;
            if (result.Versions[i] != Version(key)) _lastChange = result.Position - commit.Operations.Count + 1 + i;
            _versions[key] = result.Versions[i];
        }
    }

    private async Task QueryAsync(RecordQuery query)
    {
        for (var page = query; ;)
        {
            var (expected, actual) = (await _records.QueryAsync(page), await subject.Records.QueryAsync(page));
            Equal(string.Join('\n', expected.Records.Select(RandomRecords.Shown)), string.Join('\n', actual.Records.Select(RandomRecords.Shown)), $"the page of {page}");
            Equal(expected.Next, actual.Next, "the next page's token");
            Equal(expected.Position, actual.Position - _origin, "the page's position");
            if (expected.Next is null) return;
            page = page with { After = expected.Next };
        }
    }

    private async Task WatchAsync(long after)
    {
        var (expected, actual) = (await ChangesAsync(_records, after, 0), await ChangesAsync(subject.Records, after + _origin, _origin));
        Equal(string.Join('\n', expected), string.Join('\n', actual), $"the latest states after {after}");
    }

    /// <summary>The latest state of each record that changed after a position: what a watch must at least have said when it has come to the end.</summary>
    private async Task<IEnumerable<string>> ChangesAsync(IRecordStore store, long after, long origin)
    {
        var latest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (after - origin >= _lastChange) return [];
        using var stop = new CancellationTokenSource();
        var last = 0L;
        try
        {
            await foreach (var change in store.WatchAsync(after, [_collection], stop.Token))
            {
                if (change.Position <= last) throw new InvalidOperationException($"The watch went back from {last} to {change.Position}.");
                last = change.Position;
                latest[change.Key.Id] = $"{change.Position - origin} {change.Version} {(change.Record is { } record ? RandomRecords.Shown(record) : "deleted")}";
                if (last >= _lastChange + origin) await stop.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It came to the end.
        }

        return latest.Select(l => $"{l.Key}: {l.Value}");
    }

    private async Task AppendAsync(Step step)
    {
        var ends = new Dictionary<string, long>();
        await foreach (var info in _streams.ListAsync(_prefix)) ends[info.Name] = info.Next;
        var appends = step.Append(_prefix, stream => ends.GetValueOrDefault(stream));
        var (expected, actual) = (await OutcomeAsync(async () => { await _streams.AppendAsync(appends); return null!; }), await OutcomeAsync(async () => { await subject.Streams.AppendAsync(appends); return null!; }));
        Equal(expected.Conflict, actual.Conflict, "the conflict of an append");
        await StreamsAsync();
    }

    private async Task TruncateAsync(Step step)
    {
        var (stream, before) = step.Truncate(_prefix);
        await _streams.TruncateAsync(stream, before);
        await subject.Streams.TruncateAsync(stream, before);
        await StreamsAsync();
    }

    private async Task StreamsAsync()
    {
        var (expected, actual) = (await ShownAsync(_streams), await ShownAsync(subject.Streams));
        Equal(string.Join('\n', expected), string.Join('\n', actual), "the streams");

        async Task<List<string>> ShownAsync(IStreamStore store)
        {
            var lines = new List<string>();
            await foreach (var info in store.ListAsync(_prefix))
            {
                var blocks = new List<string>();
                await foreach (var block in store.ReadAsync(info.Name)) blocks.Add($"{block.Position}:{Convert.ToHexString(block.Bytes.Span)}");
                lines.Add($"{info} {string.Join(' ', blocks)}");
            }

            return lines;
        }
    }

    private static async Task<(CommitResult? Result, string? Conflict)> OutcomeAsync(Func<Task<CommitResult>> make)
    {
        try
        {
            return (await make(), null);
        }
        catch (MLOpsConflictException error)
        {
            return (null, Shown(error));
        }
    }

    private static string Shown(MLOpsConflictException error) => string.Join(", ", error.Subjects.Order(StringComparer.Ordinal));

    private static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new InvalidOperationException($"Of {what} the memory store says\n{expected}\nand the database\n{actual}");
    }
}
