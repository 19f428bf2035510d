using MLOps.Storage;
using MLOps.Storage.Memory;
using MLOps.Tests.Histories;

namespace MLOps.Tests.Storage;

/// <summary>A store with a fault is found out, with the least history that shows it.</summary>
sealed class HistoriesCanFailTests
{
    [TestCase("a field is lost", "The page of")]
    [TestCase("a deletion is lost", "The versions")]
    [TestCase("a check deletes", "The")]
    [TestCase("a crash leaves half", "The page of")]
    [TestCase("a watch tells a wrong state", "The latest states")]
    public async Task A_fault_is_found_and_told_with_its_seed(string fault, string what)
    {
        await using var subject = new Saboteur(fault);
        var error = Assert.Catch(() => History.Tell(subject, 300, seed: 9))!;
        Assert.That(error.ToString(), Does.Contain("Falsifiable").And.Contain("(9,1)").And.Contain("Original"));
        Assert.That(error.ToString(), Does.Contain(what).IgnoreCase);
    }

    private sealed class Saboteur(string fault) : IHistorySubject, IRecordStore
    {
        private readonly MemoryRecordStore _inner = new();

        public IRecordStore Records => this;

        public IStreamStore Streams { get; } = new MemoryStreamStore();

        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => _inner.GetAsync(key, cancellationToken);

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => _inner.QueryAsync(query, cancellationToken);

        public async IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var change in _inner.WatchAsync(after, collections, cancellationToken))
                yield return fault == "a watch tells a wrong state" && change.Position % 5 == 2 ? change with { Version = change.Version + 1 } : change;
        }

        public ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default) => _inner.CommitAsync(commit with
        {
            Operations = [.. commit.Operations.Select(o => (fault, o) switch
            {
                ("a field is lost", RecordPut put) => put with { Fields = put.Fields.Where(f => f.Key != "c").ToDictionary(f => f.Key, f => f.Value) },
                ("a deletion is lost", RecordDelete { Expected: null } delete) when commit.Operations.Count > 3 => new RecordPut(delete.Key, "1"u8.ToArray()),
                ("a check deletes", RecordCheck check) => new RecordDelete(check.Key),
                _ => o,
            })],
        }, cancellationToken);

        public Task ReopenAsync() => Task.CompletedTask;

        public async Task CrashAsync(Func<IRecordStore, CancellationToken, Task> work, Random random)
        {
            if (fault == "a crash leaves half") await work(this, default);
            throw new OperationCanceledException();
        }

        public ValueTask DisposeAsync() => default;
    }
}
