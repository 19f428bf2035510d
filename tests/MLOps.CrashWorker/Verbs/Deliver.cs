using Microsoft.Extensions.DependencyInjection;
using MLOps.Records;

namespace MLOps.CrashWorker.Verbs;

/// <summary>Delivers a store's events to a webhook, until it is killed or its input ends.</summary>
static class Deliver
{
    public static async Task<int> RunAsync(string store, string url, string secret)
    {
        await using var mlops = Store.Open(store, o => o.AddWebhook("hook", new Uri(url), w => w.Secret = _ => ValueTask.FromResult(secret)));
        // The console reads in the calling thread, whatever its methods are called.
        var ended = Task.Run(Console.In.ReadToEnd);
        while (!ended.IsCompleted)
        {
            await mlops.Services.Get<WebhookDispatcher>().ProcessAsync();
            await Task.WhenAny(ended, Task.Delay(5));
        }

        return 0;
    }
}
