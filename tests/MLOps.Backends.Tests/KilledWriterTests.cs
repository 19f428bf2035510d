using MLOps.Crash;
using MLOps.Records;

namespace MLOps.Backends;

/// <summary>The same lives as on the embedded store, on the servers that a team shares.</summary>
public sealed class KilledWriterTests
{
    [Test]
    [CancelAfter(1_800_000)]
    public async Task Nothing_acknowledged_is_lost_and_nothing_half_done_is_visible_after_a_kill(CancellationToken token)
    {
        using var store = new RemoteStore("s3");
        await new KilledLives(store.Address, () => store.Open(), store.Environment).RunAsync(kills: Effort.Of(reduced: 6, full: 100), token);
        await using var mlops = store.Open();
        Assert.That((await StoreVerification.RunAsync(mlops.Parts, cancellationToken: token)).Problems, Is.Empty);
    }
}
