namespace MLOps.Crash;

/// <summary>Writers are killed at random moments. One store lives through all of it, so that damage would pile up.</summary>
public sealed class KilledWriterTests
{
    [Test]
    [CancelAfter(1_800_000)]
    public async Task Nothing_acknowledged_is_lost_and_nothing_half_done_is_visible_after_a_kill(CancellationToken token)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-crash-").FullName;
        try
        {
            await new KilledLives(folder, () => MLOpsClient.Create(folder)).RunAsync(kills: Effort.Of(reduced: 25, full: 200), token);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
