using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage;

namespace MLOps.Models;

public sealed class ModelAliasTests
{
    private StoreProcess _store = null!;

    private IModelRegistry Registry => _store.Registry;

    [SetUp]
    public async Task Open()
    {
        _store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel));
        for (var i = 1; i <= 3; i++) await Registry.RegisterAsync("line", new LineModel(i, 0));
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    [Test]
    public async Task Every_move_is_kept_with_its_reason_also_across_a_removal()
    {
        await Registry.SetAliasAsync("line", "champion", 1, new AliasMoveOptions { ExpectedNumber = 0, Reason = "first" });
        await Registry.SetAliasAsync("line", "champion", 2, new AliasMoveOptions { ExpectedNumber = 1 });
        await Registry.RemoveAliasAsync("line", "champion", new AliasMoveOptions { Reason = "holiday" });
        var back = await Registry.SetAliasAsync("line", "champion", 3);

        Assert.That(back.Revision, Is.EqualTo(4));
        var history = Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().ToList();
        Assert.That(history.Select(m => (m.Revision, m.Number)), Is.EqualTo(new[] { (4L, 3), (3L, 0), (2L, 2), (1L, 1) }));
        Assert.That(history.Select(m => m.Reason), Is.EqualTo(new[] { null, "holiday", null, "first" }));
        Assert.That(history.Select(m => m.MovedBy), Has.All.Not.Empty);
    }

    [Test]
    public async Task A_removed_alias_is_gone_but_for_its_history()
    {
        await Registry.SetAliasAsync("line", "champion", 1);
        await Registry.RemoveAliasAsync("line", "champion");
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Registry.ResolveAsync("line@champion"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Registry.RemoveAliasAsync("line", "champion"));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await Registry.RollbackAsync("line", "champion", new() { Reason = "x" }));
        Assert.That(Registry.AliasesAsync("line").ToBlockingEnumerable(), Is.Empty);
    }

    [Test]
    public async Task One_rollback_after_another_goes_further_back_and_never_to_the_version_just_left()
    {
        foreach (var number in new[] { 1, 2, 3 }) await Registry.SetAliasAsync("line", "champion", number);
        Assert.That((await Registry.RollbackAsync("line", "champion", new() { Reason = "worse" })).Number, Is.EqualTo(2));
        Assert.That((await Registry.RollbackAsync("line", "champion", new() { Reason = "worse still" })).Number, Is.EqualTo(1));
        Assert.That(async () => await Registry.RollbackAsync("line", "champion", new() { Reason = "x" }), Throws.TypeOf<MLOpsNotFoundException>());

        await Registry.SetAliasAsync("line", "champion", 3, new() { Reason = "no, better" });
        Assert.That((await Registry.RollbackAsync("line", "champion", new() { Reason = "after all" })).Number, Is.EqualTo(1), "where it was before it came to 3 again");
        Assert.That(
            Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().Select(m => m.Reason),
            Is.EqualTo(new[] { "after all", "no, better", "worse still", "worse", null, null, null }));
    }

    [Test]
    public async Task Rollback_of_an_alias_that_never_moved_says_so()
    {
        await Registry.SetAliasAsync("line", "champion", 1);
        Assert.That(async () => await Registry.RollbackAsync("line", "champion", new() { Reason = "x" }), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("nothing to roll back to"));
    }

    [Test]
    public async Task An_alias_that_points_elsewhere_than_expected_is_not_moved()
    {
        await Registry.SetAliasAsync("line", "champion", 1);
        foreach (var expected in new[] { 0, 2 })
            Assert.That(
                async () => await Registry.SetAliasAsync("line", "champion", 3, new AliasMoveOptions { ExpectedNumber = expected }),
                Throws.TypeOf<MLOpsConflictException>().With.Message.Contains("points to version 1"));
        Assert.ThrowsAsync<MLOpsConflictException>(async () => await Registry.RemoveAliasAsync("line", "champion", new AliasMoveOptions { ExpectedNumber = 2 }));
        Assert.That((await Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task An_alias_set_to_where_it_points_does_not_move()
    {
        var first = await Registry.SetAliasAsync("line", "champion", 1);
        Assert.That(await Registry.SetAliasAsync("line", "champion", 1), Is.EqualTo(first));
        Assert.That(Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_alias_never_points_to_a_version_that_does_not_exist()
    {
        Assert.That(async () => await Registry.SetAliasAsync("line", "champion", 4), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("1 to 3"));
        Assert.That(async () => await Registry.SetAliasAsync("none", "champion", 1), Throws.TypeOf<MLOpsNotFoundException>().With.Message.Contains("registered are line"));

        // Deleted between the look and the commit: the commit itself checks.
        await using var racing = new StoreProcess(shared: _store, records: new DeletesBeforeCommit(_store.Records, new RecordKey("model-versions", "line/2")));
        Assert.ThrowsAsync<MLOpsNotFoundException>(async () => await racing.Registry.SetAliasAsync("line", "champion", 2));
        Assert.That(Registry.AliasesAsync("line").ToBlockingEnumerable(), Is.Empty);
    }

    [Test]
    public async Task A_lost_race_on_an_alias_is_reported_not_overwritten()
    {
        await using var second = new StoreProcess(shared: _store);
        await Registry.SetAliasAsync("line", "champion", 1);
        var won = 0;
        var lost = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            try
            {
                await (i % 2 == 0 ? Registry : second.Registry).SetAliasAsync("line", "champion", 2 + (i % 2), new AliasMoveOptions { ExpectedNumber = 1 });
                Interlocked.Increment(ref won);
            }
            catch (MLOpsConflictException)
            {
                Interlocked.Increment(ref lost);
            }
        })));
        Assert.That((won, lost), Is.EqualTo((1, 15)));
        Assert.That(Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Moves_from_two_processes_leave_a_history_without_gaps()
    {
        await using var second = new StoreProcess(shared: _store);
        await Task.WhenAll(new[] { Registry, second.Registry }.Select((registry, p) => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                try
                {
                    await registry.SetAliasAsync("line", "champion", 1 + ((i + p) % 3));
                }
                catch (MLOpsConflictException)
                {
                    i--;
                }
            }
        })));
        var history = Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().ToList();
        Assert.That(history.Select(m => m.Revision), Is.EqualTo(Enumerable.Range(1, history.Count).Reverse().Select(r => (long)r)));
        Assert.That((await Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(history[0].Number));
    }

    [Test]
    public async Task A_watcher_sees_the_aliases_as_they_are_and_then_each_move_of_its_model()
    {
        await Registry.RegisterAsync("other", new LineModel(9, 0));
        await Registry.SetAliasAsync("line", "champion", 1);
        await Registry.SetAliasAsync("line", "gone", 1);
        await Registry.RemoveAliasAsync("line", "gone");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var watch = Registry.WatchAliasesAsync("line", stop.Token).GetAsyncEnumerator(stop.Token);

        Assert.That(await watch.MoveNextAsync(), Is.True);
        Assert.That((watch.Current.Alias, watch.Current.Number), Is.EqualTo(("champion", 1)));
        Assert.That(await watch.MoveNextAsync(), Is.True);
        Assert.That((watch.Current.Alias, watch.Current.Number), Is.EqualTo(("gone", 0)), "whoever watches again must learn of a removal in between");
        await Registry.SetAliasAsync("other", "champion", 1);
        await Registry.SetAliasAsync("line", "champion", 2);
        Assert.That(await watch.MoveNextAsync(), Is.True);
        Assert.That((watch.Current.Alias, watch.Current.Number, watch.Current.Model), Is.EqualTo(("champion", 2, "line")));
        await Registry.RemoveAliasAsync("line", "champion");
        Assert.That(await watch.MoveNextAsync(), Is.True);
        Assert.That(watch.Current.Number, Is.Zero);
    }

    [Test]
    public void A_reason_that_is_too_long_is_refused() => Assert.ThrowsAsync<MLOpsInvalidException>(
        async () => await Registry.SetAliasAsync("line", "champion", 1, new AliasMoveOptions { Reason = new string('x', 4001) }));

    /// <summary>A store in which somebody deletes a record right before each commit.</summary>
    private sealed class DeletesBeforeCommit(IRecordStore inner, RecordKey victim) : IRecordStore
    {
        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => inner.QueryAsync(query, cancellationToken);

        public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
        {
            await inner.CommitAsync(new RecordCommit("saboteur", [new RecordDelete(victim)]), cancellationToken);
            return await inner.CommitAsync(commit, cancellationToken);
        }

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) =>
            inner.WatchAsync(after, collections, cancellationToken);
    }
}
