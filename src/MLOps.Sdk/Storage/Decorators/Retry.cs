using System.Runtime.CompilerServices;
using Polly;
using Polly.Retry;

namespace MLOps.Storage.Decorators;

/// <summary>Repeats what failed because the store could not do it then, and goes on with enumerations where they broke off.</summary>
internal sealed class Retry
{
    private readonly ResiliencePipeline _pipeline;

    public Retry(StorageRetryOptions options, TimeProvider time)
    {
        options.Require();
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<MLOpsUnavailableException>(),
                MaxRetryAttempts = options.Retries,
                Delay = options.Delay,
                MaxDelay = options.MaxDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    public ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        // The pipeline would call nothing when the token is cancelled: what the store says first about its arguments comes before that.
        return cancellationToken.IsCancellationRequested ? call(cancellationToken) : _pipeline.ExecuteAsync(static (call, token) => call(token), call, cancellationToken);
    }

    /// <summary>An enumeration that is opened again after the last item it gave.</summary>
    /// <param name="open">Opens it after a place; null for its beginning. The first item may stand at the place itself only when it was not given yet.</param>
    /// <param name="placeOf">The place of an item.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<T> EnumerateAsync<T, TPlace>(
        Func<TPlace?, IAsyncEnumerable<T>> open, Func<T, TPlace> placeOf, [EnumeratorCancellation] CancellationToken cancellationToken) where TPlace : struct
    {
        TPlace? place = null;
        IAsyncEnumerator<T>? items = null;
        try
        {
            while (true)
            {
                var more = await RunAsync(async token =>
                {
                    // The enumeration's own token, not the attempt's, which ends with the attempt.
                    items ??= open(place).GetAsyncEnumerator(cancellationToken);
                    try
                    {
                        return await items.MoveNextAsync().ConfigureAwait(false);
                    }
                    catch (MLOpsUnavailableException)
                    {
                        var broken = items;
                        items = null;
                        await broken.DisposeAsync().ConfigureAwait(false);
                        throw;
                    }
                }, cancellationToken).ConfigureAwait(false);
                if (!more) yield break;
                var item = items!.Current;
                place = placeOf(item);
                yield return item;
            }
        }
        finally
        {
            if (items is not null) await items.DisposeAsync().ConfigureAwait(false);
        }
    }
}
