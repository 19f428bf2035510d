using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Testing;

namespace MLOps.Records;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WebhookTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Receiver _receiver = new();
    private readonly StoreProcess _store;

    public WebhookTests() => _store = Open(null);

    private WebhookDispatcher Dispatcher => _store.Services.Get<WebhookDispatcher>();

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _receiver.Dispose();
    }

    [Test]
    public async Task An_event_is_told_signed_and_then_forgotten()
    {
        await RegisterAsync("m", 1);
        await _store.Registry.SetAliasAsync("m", "champion", 1, new() { Reason = "it is better" });
        await Dispatcher.ProcessAsync();

        Assert.That(_receiver.Taken.Select(e => e.Type), Is.EqualTo([ModelEventType.VersionRegistered, ModelEventType.AliasMoved]));
        var moved = _receiver.Taken.Last();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_receiver.Faults, Is.Empty);
            Assert.That(moved.Subject, Is.EqualTo(EntityRef.Deployment("m", "champion", 1)));
            Assert.That(moved.Data, Is.EquivalentTo(new Dictionary<string, string> { ["alias"] = "champion", ["number"] = "1", ["previous"] = "0", ["reason"] = "it is better" }));
            Assert.That(await DeliveriesAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task A_receiver_that_is_down_for_long_gets_everything_in_order_when_it_is_back()
    {
        _receiver.Stop();
        for (var number = 1; number <= 5; number++)
        {
            await RegisterAsync("m", number);
            await RegisterAsync("other", number);
            await PassAsync(TimeSpan.FromHours(1), steps: 2);
        }

        var waiting = await DeliveriesAsync();
        _receiver.Start();
        await PassAsync(TimeSpan.FromMinutes(10), steps: 2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting, Has.Count.EqualTo(10));
            Assert.That(waiting.Max(d => d.Tries), Is.GreaterThan(5), "it was tried again and again");
            Assert.That(waiting.Where(d => d.IsParked || d.Refusals > 0), Is.Empty, "who is away refuses nothing");
            Assert.That(_receiver.Firsts("m"), Is.EqualTo(["1", "2", "3", "4", "5"]));
            Assert.That(_receiver.Firsts("other"), Is.EqualTo(["1", "2", "3", "4", "5"]));
            Assert.That(await DeliveriesAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task A_receiver_that_fails_for_one_model_gets_the_other_model_at_once_and_each_in_order()
    {
        var broken = true;
        _receiver.Answer = e => broken && e.Model == "m" ? 500 : 204;
        for (var number = 1; number <= 3; number++)
        {
            await RegisterAsync("m", number);
            await RegisterAsync("other", number);
        }

        await Dispatcher.ProcessAsync();
        var before = (_receiver.Firsts("m").ToList(), _receiver.Firsts("other").ToList());
        broken = false;
        await PassAsync(TimeSpan.FromMinutes(10), steps: 1);

        Assert.That(before.Item1, Is.Empty);
        Assert.That(before.Item2, Is.EqualTo(["1", "2", "3"]));
        Assert.That(_receiver.Firsts("m"), Is.EqualTo(["1", "2", "3"]));
        Assert.That(_receiver.Asked.Count(e => e.Model == "m"), Is.EqualTo(4), "the first was tried twice, the others waited for it");
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_receiver_that_hangs_is_left_after_the_timeout_and_asked_again(CancellationToken token)
    {
        var hangs = true;
        _receiver.Answer = _ => hangs ? null : 204;
        await RegisterAsync("m", 1);

        var step = Dispatcher.ProcessAsync(token).AsTask();
        await _receiver.Arrived.WaitAsync(token);
        _time.Advance(TimeSpan.FromSeconds(10));
        await step;
        var error = (await DeliveriesAsync()).Single().LastError;
        hangs = false;
        await PassAsync(TimeSpan.FromMinutes(1), steps: 1);

        Assert.That(error, Is.EqualTo("The receiver did not answer within 10 s."));
        Assert.That(_receiver.Firsts("m"), Is.EqualTo(["1"]));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task What_was_in_flight_when_the_process_ended_is_sent_by_the_next(CancellationToken token)
    {
        _receiver.Answer = _ => null;
        await RegisterAsync("m", 1);
        await RegisterAsync("m", 2);
        using var dying = new CancellationTokenSource();
        var step = Dispatcher.ProcessAsync(dying.Token).AsTask();
        await _receiver.Arrived.WaitAsync(token);
        await dying.CancelAsync();
        Assert.That(async () => await step, Throws.InstanceOf<OperationCanceledException>());

        _receiver.Answer = _ => 204;
        await using var next = Open(_store);
        var dispatcher = next.Services.Get<WebhookDispatcher>();
        await dispatcher.ProcessAsync(token);
        var early = _receiver.Taken.Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        await dispatcher.ProcessAsync(token);

        Assert.That(early, Is.Zero, "the lease of the dead one still stands");
        Assert.That(_receiver.Firsts("m"), Is.EqualTo(["1", "2"]));
    }

    [Test]
    public async Task Of_two_processes_one_delivers()
    {
        await using var second = Open(_store);
        for (var number = 1; number <= 10; number++)
        {
            await RegisterAsync("m", number);
            await Task.WhenAll(Dispatcher.ProcessAsync().AsTask(), second.Services.Get<WebhookDispatcher>().ProcessAsync().AsTask());
        }

        Assert.That(_receiver.Taken.Select(e => e.Data["number"]), Is.EqualTo(Enumerable.Range(1, 10).Select(i => $"{i}")), "each once, in order");
    }

    [Test]
    public async Task An_event_that_is_refused_too_often_is_parked_seen_and_can_be_sent_again()
    {
        var poisoned = true;
        _receiver.Answer = e => poisoned && e.Data["number"] == "1" ? 422 : 204;
        await RegisterAsync("m", 1);
        await RegisterAsync("m", 2);
        await PassAsync(TimeSpan.FromMinutes(10), steps: 4);

        var parked = (await DeliveriesAsync()).Single();
        var before = _receiver.Firsts("m").ToList();
        var tries = _receiver.Asked.Count(e => e.Data["number"] == "1");
        poisoned = false;
        await _store.Services.Get<Outbox>().RedeliverAsync(parked.Id);
        await Dispatcher.ProcessAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((parked.IsParked, parked.Refusals, parked.LastError), Is.EqualTo((true, 3, "The receiver answered 422.")));
            Assert.That(tries, Is.EqualTo(3), "not tried any more");
            Assert.That(before, Is.EqualTo(["2"]), "later ones passed it");
            Assert.That(_receiver.Firsts("m"), Is.EqualTo(["2", "1"]));
            Assert.That(_store.Logs.Messages, Has.Some.Contains("is parked as"));
            Assert.That(async () => await _store.Services.Get<Outbox>().RedeliverAsync(parked.Id), Throws.TypeOf<MLOpsNotFoundException>());
        }
    }

    [TestCase(429)]
    [TestCase(503)]
    public async Task A_receiver_that_asks_for_patience_gets_it(int status)
    {
        _receiver.Answer = _ => status;
        _receiver.Headers["Retry-After"] = "120";
        await RegisterAsync("m", 1);
        await Dispatcher.ProcessAsync();
        _time.Advance(TimeSpan.FromSeconds(100));
        await Dispatcher.ProcessAsync();
        var early = _receiver.Asked.Count;
        _time.Advance(TimeSpan.FromSeconds(30));
        await Dispatcher.ProcessAsync();

        Assert.That((early, _receiver.Asked.Count), Is.EqualTo((1, 2)));
        Assert.That((await DeliveriesAsync()).Single().Refusals, Is.Zero);
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        using var elsewhere = new Receiver();
        _receiver.Answer = _ => 307;
        _receiver.Headers["Location"] = elsewhere.Url.ToString();
        await RegisterAsync("m", 1);
        await Dispatcher.ProcessAsync();

        Assert.That(elsewhere.Asked, Is.Empty);
        Assert.That((await DeliveriesAsync()).Single().LastError, Is.EqualTo("The receiver answered 307."));
    }

    [Test]
    public async Task No_secret_stands_in_a_record_or_a_log()
    {
        _receiver.Answer = _ => 500;
        await RegisterAsync("m", 1);
        await Dispatcher.ProcessAsync();
        await using var broken = new StoreProcess(b => b.AddWebhook("leaky", _receiver.Url, o => o.Secret = _ => throw new InvalidDataException($"cannot read {Receiver.Secret}")), _store, _time);
        await broken.Services.Get<WebhookDispatcher>().ProcessAsync();

        var texts = new List<string>([.. _store.Logs.Messages, .. broken.Logs.Messages]);
        foreach (var collection in new[] { Collections.Outbox, Collections.WebhookCursors, Collections.WebhookDeliveries, Collections.ProcessLeases })
            texts.AddRange((await _store.Records.QueryAsync(new(collection))).Records.Select(r => System.Text.Encoding.UTF8.GetString(r.Json.Span)));
        Assert.That(texts, Has.Count.GreaterThan(4).And.None.Contains(Receiver.Secret[6..]));
        Assert.That(texts, Has.Some.Contains("InvalidDataException while the request was made"));
    }

    [Test]
    public async Task Events_older_than_thirty_days_are_removed_but_not_their_deliveries()
    {
        _receiver.Stop();
        await RegisterAsync("m", 1);
        await Dispatcher.ProcessAsync();
        _time.Advance(TimeSpan.FromDays(31));
        await Dispatcher.ProcessAsync();
        var left = (await _store.Records.QueryAsync(new(Collections.Outbox))).Records.Count;
        _receiver.Start();
        await PassAsync(TimeSpan.FromMinutes(10), steps: 1);

        Assert.That(left, Is.Zero);
        Assert.That(_receiver.Firsts("m"), Is.EqualTo(["1"]));
    }

    [Test]
    public async Task Only_the_events_asked_for_are_sent()
    {
        await using var store = new StoreProcess(b => b.AddModelType("line", TestModelsJson.Default.LineModel)
            .AddWebhook("moves", _receiver.Url, o => (o.Secret, o.Where) = (_ => ValueTask.FromResult(Receiver.Secret), e => e.Type == ModelEventType.AliasMoved)), time: _time);
        await store.Registry.RegisterAsync("m", new LineModel(1, 0));
        await store.Registry.SetAliasAsync("m", "champion", 1);
        await store.Services.Get<WebhookDispatcher>().ProcessAsync();

        Assert.That(_receiver.Asked.Select(e => e.Type), Is.EqualTo([ModelEventType.AliasMoved]));
    }

    [TestCase("ftp://example.org/", "absolute https address")]
    [TestCase("/relative", "absolute https address")]
    [TestCase("http://example.org/", "plain HTTP to another machine")]
    [TestCase("https://user:password@example.org/", "holds a user or a password")]
    public void An_address_that_would_be_unsafe_is_refused(string url, string says) =>
        Assert.That(() => new Webhook("w", new Uri(url, UriKind.RelativeOrAbsolute), new()), Throws.TypeOf<MLOpsInvalidException>().With.Message.Contains(says).And.Message.Not.Contains("password@"));

    [Test]
    public void Options_out_of_range_are_refused()
    {
        WebhookOptions[] bad =
        [
            new() { Timeout = TimeSpan.Zero }, new() { FirstRetry = TimeSpan.Zero }, new() { LongestRetry = TimeSpan.FromDays(2) }, new() { MaxRefusals = 0 },
        ];
        foreach (var options in bad) Assert.That(() => new Webhook("w", _receiver.Url, options), Throws.TypeOf<MLOpsInvalidException>());
    }

    private StoreProcess Open(StoreProcess? shared) => new(
        b => b.AddModelType("line", TestModelsJson.Default.LineModel)
            .AddWebhook("hook", _receiver.Url, o => (o.Secret, o.MaxRefusals) = (_ => ValueTask.FromResult(Receiver.Secret), 3)),
        shared, _time);

    private async Task RegisterAsync(string model, int number) =>
        Assert.That((await _store.Registry.RegisterAsync(model, new LineModel(number, 0))).Number, Is.EqualTo(number));

    private async Task PassAsync(TimeSpan each, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            await Dispatcher.ProcessAsync();
            _time.Advance(each);
            await Dispatcher.ProcessAsync();
        }
    }

    private async Task<List<WebhookDelivery>> DeliveriesAsync()
    {
        var deliveries = new List<WebhookDelivery>();
        await foreach (var delivery in _store.Services.Get<Outbox>().DeliveriesAsync()) deliveries.Add(delivery);
        return deliveries;
    }
}
