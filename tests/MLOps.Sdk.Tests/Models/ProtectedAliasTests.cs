using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Delivery;
using MLOps.Records;
using MLOps.Storage;
using MLOps.Testing;

namespace MLOps.Models;

/// <summary>
/// Every way in which an alias can be moved, tried on one whose policy is not met. A later way adds its case to <see cref="Paths"/>;
/// those of the command line stand in MLOps.Cli.Tests.
/// </summary>
public sealed class ProtectedAliasTests
{
    private readonly ActingAs _actor = new("ana");
    private readonly ManualTimeProvider _clock = new();
    private StoreProcess _store = null!;

    [SetUp]
    public async Task Open()
    {
        _store = New();
        _actor.Actor = "ana";
        for (var i = 1; i <= 3; i++) await _store.Registry.RegisterAsync("line", new LineModel(i, 0));
        await _store.Registry.SetAliasAsync("line", "champion", 1);
        await _store.Registry.SetAliasAsync("line", "champion", 2);
        await Protection.SetPolicyAsync(new() { Model = "line", Alias = "champion", Gates = [new("rmse", TimeSpan.FromDays(7))], Approvals = 2, Owners = ["olga"], MayOverride = ["boss"] });
    }

    [TearDown]
    public async Task Close() => await _store.DisposeAsync();

    private AliasProtection Protection => _store.Services.Get<AliasProtection>();

    private IDeployments Deployments => _store.Services.Get<IDeployments>();

    public static IEnumerable<TestCaseData> Paths()
    {
        TestCaseData Path(string name, Func<ProtectedAliasTests, Task> go) => new TestCaseData(go).SetArgDisplayNames(name);

        yield return Path("IModelRegistry.SetAliasAsync", t => t._store.Registry.SetAliasAsync("line", "champion", 3).AsTask());
        yield return Path("IModelRegistry.SetAliasAsync with an expectation", t => t._store.Registry.SetAliasAsync("line", "champion", 3, new() { ExpectedNumber = 2, Reason = "x" }).AsTask());
        yield return Path("IModelRegistry.SetAliasAsync with an override by somebody", t => t._store.Registry.SetAliasAsync("line", "champion", 3, new() { Override = true, Reason = "x" }).AsTask());
        yield return Path("IModelRegistry.RollbackAsync", t => t._store.Registry.RollbackAsync("line", "champion", new() { Reason = "x" }).AsTask());
        yield return Path("IModelRegistry.RemoveAliasAsync", t => t._store.Registry.RemoveAliasAsync("line", "champion").AsTask());
        yield return Path("IDeployments.PromoteAsync", async t => throw new MLOpsRejectedException((await t.Deployments.PromoteAsync(await t.VersionAsync(3))).Refusal!));
        yield return Path("IDeployments.PromoteAsync with the gate", async t => throw new MLOpsRejectedException(
            (await t.Deployments.PromoteAsync(await t.VersionAsync(3), new() { Gates = [new Passes()] })).Refusal!));
        yield return Path("IDeployments.PromoteAsync with an override by somebody", async t => await t.Deployments.PromoteAsync(await t.VersionAsync(3), new() { Override = true, Reason = "x" }));
        yield return Path("IDeployments.RollbackAsync", t => t.Deployments.RollbackAsync("line", "champion", new() { Reason = "x" }).AsTask());
        yield return Path("a record written by hand", t => t.PutByHandAsync(a => a with { Number = 3 }));
        yield return Path("a record written by hand that claims an override", t => t.PutByHandAsync(a => a with { Number = 3, Override = true, Reason = "x" }));
        yield return Path("a record written by hand that removes", t => t.PutByHandAsync(a => a with { Number = 0 }));
        yield return Path("a record written by hand together with the removal of its policy", t => t.PutByHandAsync(
            a => a with { Number = 3 }, new RecordDelete(new(Collections.AliasPolicies, ModelRecords.AliasId("line", "champion")))));
        yield return Path("a second process on the store", async t =>
        {
            await using var other = t.New(t._store);
            await other.Registry.SetAliasAsync("line", "champion", 3);
        });
    }

    [TestCaseSource(nameof(Paths))]
    public async Task A_protected_alias_is_moved_by_no_way_while_its_policy_is_not_met(Func<ProtectedAliasTests, Task> go)
    {
        var chain = await _store.Services.Get<AuditChain>().VerifyAsync();
        Assert.That(async () => await go(this), Throws.TypeOf<MLOpsRejectedException>());
        Assert.That((await _store.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));
        Assert.That(_store.Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().Count(), Is.EqualTo(2));
        Assert.That(await _store.Services.Get<AuditChain>().VerifyAsync(), Is.InRange(chain, chain + 1), "at most a gate's verdict was written");
    }

    [Test]
    public void No_public_member_that_moves_an_alias_is_missing_from_the_list()
    {
        var moving = new[] { typeof(IModelRegistry), typeof(IDeployments) }
            .SelectMany(t => t.GetMethods().Where(m => m.GetParameters().Any(p => p.ParameterType == typeof(AliasMoveOptions) || p.ParameterType == typeof(PromotionOptions)))
                .Where(m => m.Name != nameof(IDeployments.CheckAsync)).Select(m => $"{t.Name}.{m.Name}"));
        var tried = Paths().Select(p => p.ArgDisplayNames![0]).ToList();
        Assert.That(moving.Where(m => !tried.Contains(m)), Is.Empty);
    }

    [Test]
    public async Task A_deployment_moves_a_protected_alias_neither_by_its_controller_nor_by_a_persons_word()
    {
        var controller = _store.Services.Get<DeploymentController>();
        async Task<Deployment> LookAsync(Deployment deployment)
        {
            for (var i = 0; i < 5; i++) await controller.ProcessAsync(default);
            return await Deployments.FindAsync(deployment.Id);
        }

        var waiting = await LookAsync(await Deployments.StartAsync(new() { Model = "line", Number = 3 }));
        Assert.That(waiting.State, Is.EqualTo(DeploymentState.AwaitingApproval), waiting.Reason);
        Assert.That(async () => await Deployments.CommandAsync(waiting.Id, DeploymentCommand.Promote, "now"), Throws.InstanceOf<MLOpsException>());
        Assert.That((await _store.Registry.ResolveAsync("line@champion")).Number, Is.EqualTo(2));

        // A policy that comes when the deployment is already loading.
        await _store.Registry.SetAliasAsync("line", "other", 1);
        var loading = await LookAsync(await Deployments.StartAsync(new() { Model = "line", Number = 3, Alias = "other" }));
        Assert.That(loading.State, Is.EqualTo(DeploymentState.Loading), loading.Reason);
        await Protection.SetPolicyAsync(new() { Model = "line", Alias = "other", Approvals = 1 });
        Assert.That(async () => await Deployments.CommandAsync(loading.Id, DeploymentCommand.Promote, "now"), Throws.TypeOf<MLOpsRejectedException>());
        Assert.That((await _store.Registry.ResolveAsync("line@other")).Number, Is.EqualTo(1));
    }

    [TestCase("its record is deleted")]
    [TestCase("it is written under another id")]
    [TestCase("it lies about its fields")]
    [TestCase("it is moved in another's name")]
    public void A_record_that_is_no_honest_move_is_refused(string how)
    {
        var id = ModelRecords.AliasId("line", "champion");
        Assert.That(
            async () => await (how switch
            {
                "its record is deleted" => Store.CommitAsync(new RecordCommit("eve", [new RecordDelete(new(Collections.ModelAliases, id))], "x")).AsTask(),
                "it is written under another id" => PutByHandAsync(a => a with { Alias = "champion2", Number = 3 }, id: id),
                "it lies about its fields" => PutByHandAsync(a => a with { Number = 3 }, fields: f => f["number"] = 1),
                _ => PutByHandAsync(a => a with { Number = 3, MovedBy = "boss", Override = true, Reason = "x" }),
            }),
            Throws.TypeOf<MLOpsInvalidException>());
    }

    [Test]
    public async Task What_the_policy_asks_for_lets_it_move_and_the_audit_says_on_which_evidence()
    {
        var three = await VersionAsync(3);
        Assert.That((await Deployments.PromoteAsync(three, new() { Gates = [new Passes()] })).Refusal, Does.Contain("2 approvals are needed, 0 stand"));
        foreach (var name in new[] { "bo", "cy" }) await AsAsync(name, () => Protection.ApproveAsync(three, "champion", "looked at it").AsTask());
        var promotion = await Deployments.PromoteAsync(three, new() { Gates = [new Passes()], Reason = "better" });

        Assert.That((promotion.Promoted, promotion.Refusal), Is.EqualTo((true, (string?)null)));
        using var entry = JsonDocument.Parse(await LastEntryAsync());
        Assert.That(
            entry.RootElement.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("collection").GetString()),
            Is.EquivalentTo(new[] { "alias-policies", "model-versions", "gate-verdicts", "approvals", "approvals" }));
    }

    [Test]
    public async Task Evidence_for_one_content_does_not_promote_another()
    {
        var three = await VersionAsync(3);
        await MeetAsync(three);
        var four = await _store.Registry.RegisterAsync("line", new LineModel(4, 0));

        Assert.That(async () => await _store.Registry.SetAliasAsync("line", "champion", four.Number), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("no verdict on its content").And.Message.Contains("0 stand"));
        Assert.That(async () => await Protection.ApproveAsync(four with { Digest = three.Digest }, "champion"), Throws.InstanceOf<MLOpsException>());
        Assert.That(async () => await AsAsync("bo", () => Protection.ApproveAsync(four with { Digest = three.Digest }, "champion").AsTask()), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That((await _store.Registry.SetAliasAsync("line", "champion", 3)).Number, Is.EqualTo(3));
        Assert.That((await Protection.DecideAsync("line", "champion", 4)).Missing, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_verdict_expires_and_a_later_failure_takes_it_back()
    {
        var three = await VersionAsync(3);
        await MeetAsync(three);
        _clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMilliseconds(1));
        Assert.That(async () => await _store.Registry.SetAliasAsync("line", "champion", 3), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("has expired"));

        await _store.Registry.AddVerdictAsync(Verdict(three, GateOutcome.Passed));
        Assert.That((await Protection.DecideAsync("line", "champion", 3)).IsAllowed);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _store.Registry.AddVerdictAsync(Verdict(three, GateOutcome.Failed));
        Assert.That(async () => await _store.Registry.SetAliasAsync("line", "champion", 3), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("says Failed"));
        await _store.Registry.AddVerdictAsync(Verdict(three, GateOutcome.Passed) with { At = _clock.GetUtcNow().AddYears(10) });
        Assert.That((await Protection.DecideAsync("line", "champion", 3)).Missing.Single(), Does.Contain("says Failed"), "a verdict from the future counts for nothing");
    }

    [Test]
    public async Task Only_standing_approvals_of_different_approvers_count_and_the_author_is_none()
    {
        await AsAsync("olga", () => Protection.SetPolicyAsync(new() { Model = "line", Alias = "champion", Approvals = 2, Approvers = ["ana", "bo", "cy", "BO"] }, "fewer").AsTask());
        var three = await VersionAsync(3);
        Assert.That(async () => await Protection.ApproveAsync(three, "champion"), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("author"));
        Assert.That(async () => await AsAsync("dan", () => Protection.ApproveAsync(three, "champion").AsTask()), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("no approver"));
        await AsAsync("bo", () => Protection.ApproveAsync(three, "champion").AsTask());
        await AsAsync("BO", () => Protection.ApproveAsync(three, "champion").AsTask());
        Assert.That(async () => await _store.Registry.SetAliasAsync("line", "champion", 3), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("1 stands"));
        await AsAsync("cy", () => Protection.ApproveAsync(three, "champion").AsTask());
        await AsAsync("cy", () => Protection.RevokeAsync("line", 3, "champion", reason: "saw something").AsTask());
        Assert.That(async () => await _store.Registry.SetAliasAsync("line", "champion", 3), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("that of cy was revoked"));
        await AsAsync("cy", () => Protection.ApproveAsync(three, "champion", "it was nothing").AsTask());
        Assert.That((await _store.Registry.SetAliasAsync("line", "champion", 3)).Number, Is.EqualTo(3));
        Assert.That(Protection.ApprovalsAsync("line", 3).ToBlockingEnumerable().Select(a => a.By), Is.EquivalentTo(new[] { "bo", "cy" }));
    }

    [Test]
    public async Task An_approval_is_for_one_alias_and_revoked_by_its_giver_or_an_owner_only()
    {
        var three = await VersionAsync(3);
        await AsAsync("bo", () => Protection.ApproveAsync(three, "staging").AsTask());
        Assert.That((await Protection.DecideAsync("line", "champion", 3)).Missing[1], Does.Contain("0 stand"));
        await AsAsync("bo", () => Protection.ApproveAsync(three, "champion").AsTask());
        Assert.That(async () => await Protection.RevokeAsync("line", 3, "champion", by: "bo"), Throws.TypeOf<MLOpsRejectedException>());
        var revoked = await AsAsync("olga", () => Protection.RevokeAsync("line", 3, "champion", by: "bo", reason: "left the firm").AsTask());
        Assert.That((revoked.RevokedBy, revoked.RevokedReason), Is.EqualTo(("olga", "left the firm")));
        Assert.That(async () => await AsAsync("bo", () => Protection.RevokeAsync("line", 3, "champion").AsTask()), Throws.TypeOf<MLOpsNotFoundException>());
    }

    [Test]
    public async Task Who_is_named_overrides_with_a_reason_and_the_history_shows_it()
    {
        Assert.That(async () => await AsAsync("boss", () => _store.Registry.SetAliasAsync("line", "champion", 3, new() { Override = true }).AsTask()), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("reason"));
        Assert.That(async () => await AsAsync("boss", () => _store.Registry.SetAliasAsync("line", "champion", 3).AsTask()), Throws.TypeOf<MLOpsRejectedException>(), "not without saying so");
        await AsAsync("boss", () => _store.Registry.SetAliasAsync("line", "champion", 3, new() { Override = true, Reason = "the site is down" }).AsTask());
        var last = _store.Registry.AliasHistoryAsync("line", "champion").ToBlockingEnumerable().First();
        Assert.That((last.Number, last.Override, last.MovedBy, last.Reason), Is.EqualTo((3, true, "boss", "the site is down")));
        Assert.That(await LastEntryAsync(), Does.Contain("\"override\":true").And.Contain("the site is down").And.Contain("\"actor\":\"boss\""));
        await AsAsync("boss", async () =>
        {
            await _store.Registry.RemoveAliasAsync("line", "champion", new() { Override = true, Reason = "really" });
            return 0;
        });
        Assert.That(async () => await AsAsync("boss", () => _store.Registry.SetAliasAsync("line", "free", 1, new() { Override = true, Reason = "x" }).AsTask()), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("no policy"));
    }

    [Test]
    public async Task A_policy_is_changed_by_its_owners_with_a_reason_only_and_the_audit_keeps_each_change()
    {
        var weaker = new AliasPolicy { Model = "line", Alias = "champion", Approvals = 1 };
        Assert.That(async () => await Protection.SetPolicyAsync(weaker, "x"), Throws.TypeOf<MLOpsRejectedException>().With.Message.Contains("olga"));
        Assert.That(async () => await Protection.RemovePolicyAsync("line", "champion", "x"), Throws.TypeOf<MLOpsRejectedException>());
        Assert.That(async () => await AsAsync("olga", () => Protection.SetPolicyAsync(weaker).AsTask()), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains("reason"));
        var set = await AsAsync("olga", () => Protection.SetPolicyAsync(weaker, "two are too many").AsTask());
        Assert.That((set.Revision, set.SetBy), Is.EqualTo((2L, "olga")));
        Assert.That(set.Owners, Is.EqualTo(new[] { "olga" }), "they stay");
        Assert.That(await LastEntryAsync(), Does.Contain("two are too many").And.Contain("alias-policies").And.Contain("\"before\""));
        await AsAsync<int>("olga", async () =>
        {
            await Protection.RemovePolicyAsync("line", "champion", "the end");
            return 0;
        });
        Assert.That((await _store.Registry.SetAliasAsync("line", "champion", 3)).Number, Is.EqualTo(3));
        Assert.That(await Protection.FindPolicyAsync("line", "champion"), Is.Null);
    }

    [Test]
    public void A_policy_that_protects_nothing_or_could_never_be_met_is_refused()
    {
        var policy = new AliasPolicy { Model = "line", Alias = "other", Approvals = 1 };
        foreach (var broken in new[]
        {
            policy with { Approvals = 0 }, policy with { Approvals = -1 }, policy with { Approvals = 101 }, policy with { Approvals = 3, Approvers = ["a", "A", "b"] }, policy with { Model = "../x" }, policy with { Alias = "a\0b" },
            policy with { Gates = [new("g", TimeSpan.Zero)] }, policy with { Gates = [new("g"), new("g")] }, policy with { Owners = [""] }, policy with { Approvers = [new string('x', 251)] },
        })
            Assert.That(async () => await Protection.SetPolicyAsync(broken), Throws.TypeOf<MLOpsInvalidException>(), broken.ToString());
    }

    [Test]
    public async Task Evidence_is_not_forged_or_changed_by_records_written_by_hand()
    {
        var models = new ModelRecords(Store);
        var three = await VersionAsync(3);
        var forged = new Approval { Model = "line", Alias = "champion", Number = 3, Digest = three.Digest, By = "bo", At = _clock.GetUtcNow() };
        Assert.That(async () => await Store.CommitAsync(new("eve", [models.Approvals.Put(forged, 0)])), Throws.TypeOf<MLOpsRejectedException>());
        await AsAsync("bo", () => Protection.ApproveAsync(three, "champion").AsTask());
        Assert.That(async () => await Store.CommitAsync(new("eve", [new RecordDelete(models.Approvals.Key(ModelRecords.ApprovalId(forged)))])), Throws.TypeOf<MLOpsInvalidException>());
        var failed = Verdict(three, GateOutcome.Failed);
        await _store.Registry.AddVerdictAsync(failed);
        Assert.That(async () => await Store.CommitAsync(new("eve", [models.Verdicts.Put(failed with { Outcome = GateOutcome.Passed }, null)])), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Store.CommitAsync(new("eve", [new RecordDelete(models.Verdicts.Key(failed.Id))])), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Store.CommitAsync(new("eve", [models.Versions.Put(three with { CreatedBy = "eve" }, null)])), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Store.CommitAsync(new("eve", [models.Versions.Put(three with { Digest = Digest.Of("x") }, null)])), Throws.TypeOf<MLOpsInvalidException>());
        Assert.That(async () => await Store.CommitAsync(new("eve", [models.Policies.Put(new AliasPolicy { Model = "line", Alias = "champion", Approvals = 1, Owners = ["eve"], SetBy = "eve", Revision = 2 }, null)], "x")), Throws.TypeOf<MLOpsRejectedException>());
    }

    private IRecordStore Store => _store.Services.Get<IRecordStore>();

    private StoreProcess New(StoreProcess? shared = null) =>
        new(b => b.AddModelType("line", TestModelsJson.Default.LineModel).Use<IActorProvider>(_ => _actor), shared, _clock);

    private ValueTask<ModelVersion> VersionAsync(int number) => _store.Registry.ResolveAsync($"line/{number}");

    private async Task<T> AsAsync<T>(string name, Func<Task<T>> act)
    {
        _actor.Actor = name;
        try
        {
            return await act();
        }
        finally
        {
            _actor.Actor = "ana";
        }
    }

    private async Task MeetAsync(ModelVersion version)
    {
        await _store.Registry.AddVerdictAsync(Verdict(version, GateOutcome.Passed));
        foreach (var name in new[] { "bo", "cy" }) await AsAsync(name, () => Protection.ApproveAsync(version, "champion").AsTask());
    }

    private GateVerdict Verdict(ModelVersion version, GateOutcome outcome) => new()
    {
        Id = Guid.CreateVersion7(_clock.GetUtcNow()).ToString("N"), Gate = "rmse", Model = version.Model, Number = version.Number, Digest = version.Digest, Outcome = outcome, Message = "so", Actor = "ana", At = _clock.GetUtcNow(),
    };

    private async Task<string> LastEntryAsync()
    {
        var count = await _store.Services.Get<AuditChain>().VerifyAsync();
        return System.Text.Encoding.UTF8.GetString((await Store.GetAsync(new(Collections.Audit, AuditedRecordStore.EntryId(count))))!.Json.Span);
    }

    private async Task PutByHandAsync(Func<ModelAlias, ModelAlias> change, RecordOperation? also = null, string? id = null, Action<Dictionary<string, FieldValue>>? fields = null)
    {
        var models = new ModelRecords(Store);
        var current = (await models.Aliases.GetAsync(ModelRecords.AliasId("line", "champion"), default))!;
        var put = models.Aliases.Put(change(current.Value with { MovedBy = "eve", Revision = 3 }), null);
        var lying = new Dictionary<string, FieldValue>(put.Fields);
        fields?.Invoke(lying);
        put = put with { Fields = lying, Key = put.Key with { Id = id ?? put.Key.Id } };
        await Store.CommitAsync(new RecordCommit("eve", also is null ? [put] : [also, put], "x"));
    }

    private sealed class Passes : IGate
    {
        public string Name => "rmse";

        public ValueTask<GateResult> EvaluateAsync(GateSubject subject, CancellationToken cancellationToken = default) => new(new GateResult(GateOutcome.Passed, "fine", new Dictionary<string, double>()));
    }
}
