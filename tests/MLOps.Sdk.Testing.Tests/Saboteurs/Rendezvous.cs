namespace MLOps.Testing.Tests.Saboteurs;

/// <summary>Holds the first caller until the second is there too, so that a race which could happen does happen. Gives up when no second comes.</summary>
sealed class Rendezvous
{
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrived;

    public async Task MeetAsync()
    {
        if (Interlocked.Increment(ref _arrived) > 1) _second.TrySetResult();
        else await Task.WhenAny(_second.Task, Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));
    }
}
