using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Models;
using MLOps.Testing;

namespace MLOps.Records;

public sealed class EventTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_watcher_sees_what_another_process_commits(CancellationToken token)
    {
        await using var here = new StoreProcess();
        await using var there = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel), here);
        await there.Registry.RegisterAsync("before", new LineModel(1, 0), cancellationToken: token);
        await using var events = here.Services.Get<Outbox>().WatchAsync("m", token).GetAsyncEnumerator(token);

        var first = events.MoveNextAsync();
        await there.Registry.RegisterAsync("other", new LineModel(1, 0), cancellationToken: token);
        await there.Registry.RegisterAsync("m", new LineModel(1, 0), cancellationToken: token);
        Assert.That(await first, Is.True);

        Assert.That((events.Current.Type, events.Current.Subject, events.Current.Data["number"]), Is.EqualTo((ModelEventType.VersionRegistered, EntityRef.Model("m", 1), "1")));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_handler_is_told_while_the_host_runs_and_one_that_throws_hinders_no_other(CancellationToken token)
    {
        var told = new ConcurrentQueue<string>();
        using var all = new SemaphoreSlim(0);
        await using var store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel)
            .AddEventHandler((_, _) => throw new InvalidOperationException("broken handler"))
            .AddEventHandler((e, _) =>
            {
                told.Enqueue($"{e.Model} {e.Data["number"]}");
                all.Release();
                return ValueTask.CompletedTask;
            }));
        await store.Registry.RegisterAsync("early", new LineModel(1, 0), cancellationToken: token);
        var hosts = store.Services.Provider.GetServices<IHostedService>().OfType<EventHost>().ToList();
        Assert.That(hosts, Has.Count.EqualTo(1));
        await hosts[0].StartAsync(token);

        for (var i = 0; i < 3; i++) await store.Registry.RegisterAsync("m", new LineModel(i, 0), cancellationToken: token);
        for (var i = 0; i < 3; i++) await all.WaitAsync(token);
        await hosts[0].StopAsync(token);
        await store.Registry.RegisterAsync("m", new LineModel(9, 0), cancellationToken: token);

        Assert.That(told, Is.EqualTo(["m 1", "m 2", "m 3"]));
        Assert.That(store.Logs.Messages.Count(m => m.Contains("broken handler", StringComparison.Ordinal)), Is.EqualTo(3));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_host_delivers_what_comes_and_gives_its_lease_back(CancellationToken token)
    {
        using var receiver = new Receiver();
        void Compose(MLOpsBuilder b) => b.AddModelType("line", TestModelsJson.Default.LineModel).AddWebhook("hook", receiver.Url, o => o.Secret = _ => ValueTask.FromResult(Receiver.Secret));
        receiver.Now = TimeProvider.System.GetUtcNow();
        await using var store = new StoreProcess(Compose);
        var host = store.Services.Provider.GetServices<IHostedService>().OfType<WebhookHost>().Single();
        await host.StartAsync(token);
        await store.Registry.RegisterAsync("m", new LineModel(1, 0), cancellationToken: token);
        await receiver.Arrived.WaitAsync(token);
        await host.StopAsync(token);

        await store.Registry.RegisterAsync("m", new LineModel(2, 0), cancellationToken: token);
        await using var next = new StoreProcess(Compose, store);
        await next.Services.Get<WebhookDispatcher>().ProcessAsync(token);

        Assert.That(receiver.Firsts("m"), Is.EqualTo(["1", "2"]), "the second process needs not wait for the lease of the first to expire");
        Assert.That(receiver.Faults, Is.Empty);
    }

    [Test]
    public async Task Approvals_policies_stages_and_deletions_are_told_with_their_facts()
    {
        var actor = new ActingAs("ana");
        await using var store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel).Use<IActorProvider>(_ => actor));
        var version = await store.Registry.RegisterAsync("m", new LineModel(1, 0));
        var protection = store.Services.Get<AliasProtection>();
        await protection.SetPolicyAsync(new() { Model = "m", Alias = "champion", Approvals = 1, Owners = ["ana"] });
        actor.Actor = "ben";
        await protection.ApproveAsync(version, "champion", "it is better");
        await protection.ApproveAsync(version, "champion", "a second time, which changes nothing");
        await protection.RevokeAsync("m", 1, "champion", reason: "it is not");
        actor.Actor = "ana";
        await protection.RemovePolicyAsync("m", "champion", "no more");
        await store.Registry.ChangeAsync("m", 1, new() { Stage = "review", Reason = "ready" });
        await store.Registry.ChangeAsync("m", 1, new() { Description = "which moves no stage" });
        await store.Registry.DeleteAsync("m", 1, "a mistake");

        var told = (await store.Records.QueryAsync(new(Collections.Outbox))).Records.Select(r => Outbox.In(store.Records).Read(r).Value).OrderBy(e => e.Id, StringComparer.Ordinal).ToList();
        Assert.That(told.Select(e => e.Type), Is.EquivalentTo([
            ModelEventType.VersionRegistered, ModelEventType.PolicyChanged, ModelEventType.ApprovalGiven, ModelEventType.ApprovalRevoked,
            ModelEventType.PolicyChanged, ModelEventType.StageMoved, ModelEventType.VersionDeleted]));
        Dictionary<string, string> Data(string type) => told.Last(e => e.Type == type).Data.ToDictionary();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.Single(e => e.Type == ModelEventType.ApprovalGiven).Actor, Is.EqualTo("ben"));
            Assert.That(Data(ModelEventType.ApprovalGiven), Is.EquivalentTo(new Dictionary<string, string> { ["alias"] = "champion", ["number"] = "1", ["digest"] = version.Digest.Hex, ["by"] = "ben", ["reason"] = "it is better" }));
            Assert.That(Data(ModelEventType.ApprovalRevoked)["reason"], Is.EqualTo("it is not"));
            Assert.That(Data(ModelEventType.StageMoved), Is.EquivalentTo(new Dictionary<string, string> { ["number"] = "1", ["stage"] = "review", ["reason"] = "ready" }));
            Assert.That(Data(ModelEventType.VersionDeleted), Is.EquivalentTo(new Dictionary<string, string> { ["number"] = "1", ["digest"] = version.Digest.Hex, ["reason"] = "a mistake" }));
        }
    }

    [Test]
    public async Task A_fact_that_is_not_committed_is_not_told()
    {
        await using var store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel));
        await store.Registry.RegisterAsync("m", new LineModel(1, 0));
        Assert.That(async () => await store.Registry.SetAliasAsync("m", "champion", 1, new() { ExpectedNumber = 7 }), Throws.TypeOf<MLOpsConflictException>());

        Assert.That((await store.Records.QueryAsync(new(Collections.Outbox))).Records, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_signature_is_that_of_the_public_specification_and_dies_with_any_change()
    {
        // The worked example of Standard Webhooks 1.0.
        const string id = "msg_p5jXN8AQM9LWM0D4loKWxJek", body = "{\"test\": 2432232314}";
        var at = DateTimeOffset.FromUnixTimeSeconds(1614265330);
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        var signature = WebhookSignature.Of(Receiver.Secret, id, at.ToUnixTimeSeconds(), bytes);

        bool Valid(string? s = null, string? i = id, string? t = "1614265330", byte[]? b = null, DateTimeOffset? now = null, string secret = Receiver.Secret) =>
            WebhookSignature.IsValid(secret, s ?? signature, i, t, b ?? bytes, now ?? at);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signature, Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
            Assert.That(Valid(), Is.True);
            Assert.That(Valid(s: $"v1,AAAA {signature}"), Is.True, "one of several keys");
            Assert.That(Valid(b: [.. bytes, 32]), Is.False);
            Assert.That(Valid(i: "msg_other"), Is.False);
            Assert.That(Valid(t: "1614265331"), Is.False);
            Assert.That(Valid(t: "nonsense"), Is.False);
            Assert.That(Valid(i: null), Is.False);
            Assert.That(Valid(now: at.AddMinutes(6)), Is.False, "a replay");
            Assert.That(Valid(secret: "another secret, long enough"), Is.False);
            Assert.That(() => WebhookSignature.Of("short", id, 1, bytes), Throws.TypeOf<MLOpsInvalidException>());
            Assert.That(() => WebhookSignature.Of("whsec_!!!!!!!!!!!!!!", id, 1, bytes), Throws.TypeOf<MLOpsInvalidException>());
        }
    }

    [Test]
    public async Task A_lease_is_taken_over_when_it_was_seen_unchanged_for_its_time_and_not_before()
    {
        await using var here = new StoreProcess();
        var (firstTime, secondTime) = (new ManualTimeProvider(), new ManualTimeProvider(new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Lease Of(TimeProvider time)
        {
            var writer = new RecordWriter(here.Records, new EnvironmentActor(), time);
            return new(writer, new ProcessLeases(writer, new LeaseOptions()), "x");
        }

        var (first, second) = (Of(firstTime), Of(secondTime));

        Assert.That(await first.HoldAsync(default), Is.Not.Null);
        Assert.That(await second.HoldAsync(default), Is.Null, "seen for the first time, whatever the clocks say");
        secondTime.Advance(TimeSpan.FromSeconds(29));
        Assert.That(await second.HoldAsync(default), Is.Null);
        Assert.That(await first.HoldAsync(default), Is.Not.Null, "a sign of life");
        secondTime.Advance(TimeSpan.FromSeconds(29));
        Assert.That(await second.HoldAsync(default), Is.Null, "it changed");
        secondTime.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await second.HoldAsync(default), Is.Not.Null);
        Assert.That(await first.HoldAsync(default), Is.Null, "lost");
        await second.ReleaseAsync(default);
        Assert.That(await first.HoldAsync(default), Is.Not.Null, "given back");
    }
}
