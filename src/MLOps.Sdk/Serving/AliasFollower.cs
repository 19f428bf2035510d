using Microsoft.Extensions.Logging;
using MLOps.Models;

namespace MLOps.Serving;

/// <summary>Follows the alias of one model, and swaps when it moves or when the slot is nudged. What fails is tried again, later and later, until it works or something moves on.</summary>
internal sealed class AliasFollower(ServedSlot slot, IModelRegistry registry, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = s_first;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(() => pause = s_first, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                ServingMessages.WatchFailed(logger, e, slot.Model);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = Longer(pause);
        }
    }

    private async Task FollowAsync(Action heard, CancellationToken cancellationToken)
    {
        var moves = registry.WatchAliasesAsync(slot.Model, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (moves.ConfigureAwait(false))
        {
            var next = moves.MoveNextAsync().AsTask();
            // Taken before each look, so that a nudge during it is not lost.
            var nudged = slot.Nudged;
            TimeSpan? retry = null;
            try
            {
                while (true)
                {
                    if (!await ArrivedAsync(next, nudged, retry, cancellationToken).ConfigureAwait(false))
                    {
                        var wait = nudged.IsCompleted ? s_first : Longer(retry ?? s_first);
                        nudged = slot.Nudged;
                        retry = await TryAsync(cancellationToken).ConfigureAwait(false) ? null : wait;
                        continue;
                    }

                    if (!await next.ConfigureAwait(false)) return;
                    heard();
                    var move = moves.Current;
                    if (move.Alias == slot.Alias)
                    {
                        retry = null;
                        if (move.Number == 0) ServingMessages.AliasRemoved(logger, slot.Model, slot.Alias, slot.Number);
                        else if (!await TryAsync(cancellationToken).ConfigureAwait(false)) retry = s_first;
                    }

                    next = moves.MoveNextAsync().AsTask();
                }
            }
            finally
            {
                // An enumerator must not be disposed while it moves.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await slot.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MLOpsNotFoundException)
        {
            return true; // The alias is gone again: its next move is what to wait for.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return false; // Logged, and to be seen as LastError.
        }
    }

    /// <summary>Waits for the next move; false when a nudge or the time for another try came before.</summary>
    private async Task<bool> ArrivedAsync(Task next, Task nudged, TimeSpan? wait, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(next, nudged, Task.Delay(wait ?? Timeout.InfiniteTimeSpan, time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return next.IsCompleted;
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < s_longest ? pause * 2 : s_longest;
}
