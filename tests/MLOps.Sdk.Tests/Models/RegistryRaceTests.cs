using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;
using MLOps.Storage;

namespace MLOps.Models;

/// <summary>Two processes on one store that do at the same moment what cannot both happen.</summary>
public sealed class RegistryRaceTests
{
    private readonly ActingAs _actor = new("ana");
    private StoreProcess _one = null!;
    private StoreProcess _two = null!;

    [SetUp]
    public async Task Open()
    {
        _one = New(null);
        _two = New(_one);
        for (var i = 1; i <= 3; i++) await _one.Registry.RegisterAsync("line", new LineModel(i, 0));
        await _one.Registry.SetAliasAsync("line", "champion", 1);
    }

    [TearDown]
    public async Task Close()
    {
        await _two.DisposeAsync();
        await _one.DisposeAsync();
    }

    [Test]
    public async Task Of_sixty_four_moves_at_once_one_wins_and_sixty_three_are_told_of_the_conflict()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(async () =>
        {
            try
            {
                await (i % 2 == 0 ? _one : _two).Registry.SetAliasAsync("line", "champion", 2 + (i % 2), new() { ExpectedNumber = 1, Reason = $"{i}" });
                return i;
            }
            catch (MLOpsConflictException)
            {
                return -1;
            }
        })));

        var winner = outcomes.Single(o => o >= 0);
        Assert.That((await _one.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2 + (winner % 2)));
        Assert.That(_one.Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().Select(m => m.Reason), Is.EqualTo(new[] { $"{winner}", null }));
    }

    [Test]
    public async Task A_promotion_that_races_with_the_revocation_of_its_approval_happens_only_before_it_and_the_audit_shows_the_order()
    {
        var (promoted, refused) = (0, 0);
        var three = await _one.Registry.ResolveAsync("line/3");
        var protection = _one.Services.Get<AliasProtection>();
        for (var round = 0; round < Effort.Of(150, 1000); round++)
        {
            var alias = $"a{round}";
            await protection.SetPolicyAsync(new() { Model = "line", Alias = alias, Approvals = 1, Approvers = ["bo"] });
            await AsBo(() => protection.ApproveAsync(three, alias));

            var before = await CountAsync();
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var move = Task.Run(async () =>
            {
                await go.Task;
                try
                {
                    await _one.Registry.SetAliasAsync("line", alias, 3);
                    return true;
                }
                catch (MLOpsRejectedException)
                {
                    return false;
                }
            });
            var revoke = AsBo(async () =>
            {
                await go.Task;
                for (var i = 0; i < round % 8; i++) await Task.Yield();
                return await _two.Services.Get<AliasProtection>().RevokeAsync("line", 3, alias);
            });
            go.SetResult();
            var happened = await move;
            await revoke;

            Assert.That(await EntriesAfterAsync(before), Is.EqualTo(happened ? new[] { Collections.ModelAliases, Collections.Approvals } : [Collections.Approvals]), alias);
            if (happened) promoted++;
            else refused++;
        }

        Assert.That((promoted, refused), Is.Not.EqualTo((0, 0)));
        await TestContext.Out.WriteLineAsync($"{promoted} promoted, {refused} refused");
        await _one.Services.Get<AuditChain>().VerifyAsync();
    }

    [Test]
    public async Task A_version_that_is_deleted_while_an_alias_comes_to_it_never_leaves_the_alias_dangling()
    {
        var (pointed, deleted) = (0, 0);
        for (var round = 0; round < Effort.Of(200, 1000); round++)
        {
            var number = (await _one.Registry.RegisterAsync("line", new LineModel(round, 1))).Number;
            var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var point = TriesAsync<MLOpsNotFoundException>(go.Task, round % 5, () => _one.Registry.SetAliasAsync("line", "champion", number).AsTask());
            var delete = TriesAsync<MLOpsRejectedException>(go.Task, round % 7, () => (round % 2 == 0 ? _one : _two).Registry.DeleteAsync("line", number, "a race").AsTask());
            go.SetResult();
            var (isPointed, isDeleted) = (await point, await delete);

            Assert.That(isPointed, Is.Not.EqualTo(isDeleted), "one of the two happened");
            Assert.That((await _two.Registry.ResolveAsync("line@champion")).Number == number, Is.EqualTo(isPointed));
            if (isPointed) pointed++;
            else deleted++;
        }

        await TestContext.Out.WriteLineAsync($"{pointed} pointed, {deleted} deleted");
        Assert.That(await _one.Services.Get<AuditChain>().VerifyAsync(), Is.Positive);

        static Task<bool> TriesAsync<TRefused>(Task go, int yields, Func<Task> act) where TRefused : MLOpsException => Task.Run(async () =>
        {
            await go;
            for (var i = 0; i < yields; i++) await Task.Yield();
            try
            {
                await act();
                return true;
            }
            catch (TRefused)
            {
                return false;
            }
        });
    }

    private StoreProcess New(StoreProcess? shared) => new(b => b.AddModelType("line", TestModelsJson.Default.LineModel).Use<IActorProvider>(_ => _actor), shared);

    private Task<T> AsBo<T>(Func<ValueTask<T>> act) => Task.Run(async () =>
    {
        _actor.Actor = "bo";
        return await act();
    });

    private async Task<long> CountAsync() => (await AuditHead.In(_one.Records).GetAsync(AuditHead.Id, default))!.Value.Sequence;

    /// <summary>The first collection that each later entry of the chain changed, in order.</summary>
    private async Task<List<string>> EntriesAfterAsync(long before)
    {
        var entries = new List<string>();
        for (var i = before + 1; i <= await CountAsync(); i++)
        {
            var record = await _one.Records.GetAsync(new RecordKey(Collections.Audit, AuditedRecordStore.EntryId(i)));
            entries.Add(System.Text.Json.JsonSerializer.Deserialize(record!.Json.Span, RecordsJson.Default.AuditEntry)!.Changes[0].Collection);
        }

        return entries;
    }
}
