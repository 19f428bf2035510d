using Microsoft.Extensions.DependencyInjection;
using MLOps.Delivery;
using MLOps.Storage;

namespace MLOps.CrashWorker.Verbs;

/// <summary>
/// Looks after deployments and says each change of state. Told to stop <c>before</c> or <c>after</c>, it says so at the first commit that changes a deployment, on that side of
/// it, and hangs there until it is killed; told <c>never</c>, it goes on until its input ends.
/// </summary>
static class Deploy
{
    public static async Task<int> RunAsync(string store, string stop)
    {
        await using var mlops = Store.Open(store, o =>
        {
            o.AddModelType("crash", CrashModelJson.Default.CrashModel).AddModelType("fragile", FragileModelJson.Default.FragileModel).AddGate("line", _ => Gate.LoadAndQuery<double, double>([1, 2, 3], a => a));
            if (stop != "never") o.Decorate<IRecordStore>("stop", (_, inner) => new StoppingStore(inner, stop));
        });
        var controller = mlops.Services.Get<DeploymentController>();
        var ended = Task.Run(Console.In.ReadToEnd);
        while (!ended.IsCompleted || stop != "never")
        {
            foreach (var moved in await controller.ProcessAsync()) Facts.Say($"moved {moved.Epoch} {moved.To} {moved.Step}");
            await Task.Delay(20, CancellationToken.None);
        }

        await controller.DisposeAsync();
        return 0;
    }

    private sealed class StoppingStore(IRecordStore inner, string stop) : IRecordStore
    {
        public ValueTask<Record?> GetAsync(RecordKey key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

        public ValueTask<RecordPage> QueryAsync(RecordQuery query, CancellationToken cancellationToken = default) => inner.QueryAsync(query, cancellationToken);

        public IAsyncEnumerable<RecordChange> WatchAsync(long after, IReadOnlyCollection<string> collections, CancellationToken cancellationToken = default) => inner.WatchAsync(after, collections, cancellationToken);

        public async ValueTask<CommitResult> CommitAsync(RecordCommit commit, CancellationToken cancellationToken = default)
        {
            var moves = commit.Operations.FirstOrDefault(o => o.Key.Collection == "deployment-transitions");
            if (moves is null) return await inner.CommitAsync(commit, cancellationToken);
            if (stop == "after") await inner.CommitAsync(commit, cancellationToken);
            Facts.Say($"{stop} {moves.Key.Id}");
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("It was to be killed there.");
        }
    }
}
