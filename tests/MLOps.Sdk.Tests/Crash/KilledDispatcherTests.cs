using Microsoft.Extensions.DependencyInjection;
using MLOps.Models;
using MLOps.Records;
using MLOps.Storage.Decorators;

namespace MLOps.Crash;

public sealed class KilledDispatcherTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task Whatever_kills_the_dispatcher_every_event_arrives_in_order_for_each_model(CancellationToken token)
    {
        using var folder = new TemporaryFolder();
        var store = folder.At("store");
        using var receiver = new Receiver { Now = TimeProvider.System.GetUtcNow() };
        var random = new Random(20_261_123);
        var registered = 0;
        await using var mlops = MLOpsClient.Create(store, b => b.AddModelType("line", TestModelsJson.Default.LineModel));

        for (var kill = 1; kill <= Effort.Of(8, 100); kill++)
        {
            for (var i = 0; i < 4; i++) await mlops.Models.RegisterAsync(++registered % 2 == 0 ? "even" : "odd", new LineModel(registered, 0), cancellationToken: token);
            using var child = new Child("deliver", store, receiver.Url.ToString(), Receiver.Secret);
            // Some while the receiver has not answered yet, some when the answer may just be written down.
            for (var arrivals = random.Next(1, 4); arrivals > 0; arrivals--) await receiver.Arrived.WaitAsync(token);
            child.Kill();
            await child.EndAsync(token);
        }

        using var last = new Child("deliver", store, receiver.Url.ToString(), Receiver.Secret);
        while (receiver.Taken.Select(e => e.Id).Distinct().Count() < registered) await receiver.Arrived.WaitAsync(token);
        last.EndInput();
        var (code, errors) = await last.EndAsync(token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero, errors);
            foreach (var model in new[] { "even", "odd" })
                Assert.That(receiver.Firsts(model), Is.EqualTo(Enumerable.Range(1, registered / 2).Select(n => n.ToString(null as IFormatProvider))), model);
            Assert.That(receiver.Faults, Is.Empty);
        }

        await using var after = MLOpsClient.Create(store, b => b.AddModelType("line", TestModelsJson.Default.LineModel));
        Assert.That(await after.Services.Get<Outbox>().DeliveriesAsync(token).AnyAsync(token), Is.False, "what was taken is written down");
    }
}
