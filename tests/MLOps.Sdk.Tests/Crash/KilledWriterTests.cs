using System.Globalization;

namespace MLOps.Crash;

/// <summary>Writers are killed at random moments. One store lives through all of it, so that damage would pile up.</summary>
public sealed class KilledWriterTests
{
    [Test]
    [CancelAfter(1_800_000)]
    public async Task Nothing_acknowledged_is_lost_and_nothing_half_done_is_visible_after_a_kill(CancellationToken token)
    {
        var kills = Effort.Of(reduced: 25, full: 200);
        var folder = Directory.CreateTempSubdirectory("mlops-crash-").FullName;
        var random = new Random(20_260_801);
        var all = new List<Acknowledged>();
        try
        {
            for (var kill = 1; kill <= kills; kill++)
            {
                var experiment = string.Create(CultureInfo.InvariantCulture, $"life-{kill}");
                var life = new Acknowledged();
                all.Add(life);
                // One in ten is killed while it still starts; the others after some facts of one room, for the rooms are not equally fast.
                // The moment after that is no point of the child's choosing.
                var (room, facts) = (kill % 10, kill % 3) switch
                {
                    (0, _) => ("", 0),
                    (_, 0) => ("metric", random.Next(1, 30)),
                    (_, 1) => ("data", random.Next(1, 15)),
                    _ => ("alias", random.Next(1, 6)),
                };
                await LiveAsync(folder, kill, life, room, facts, TimeSpan.FromMilliseconds(random.Next(60)), token);
                await StoreInspection.CheckAsync(folder, experiment, life, audit: kill % Effort.Of(5, 20) == 0 || kill == kills);
                if (kill % 25 == 0) await TestContext.Progress.WriteLineAsync($"{kill} kills, {all.Sum(l => l.Count)} acknowledged facts, none lost");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.Multiple(() =>
        {
            const string Idle = "the children did too little for the kills to mean anything";
            Assert.That(all.Sum(l => l.Finished.Count), Is.GreaterThan(kills / 2), Idle);
            Assert.That(all.Sum(l => l.Data.Count), Is.GreaterThan(kills / 2), Idle);
            Assert.That(all.Sum(l => l.Models.Count), Is.GreaterThan(kills / 2), Idle);
            Assert.That(all.Sum(l => l.Aliases.Count), Is.GreaterThan(kills / 2), Idle);
        });
    }

    private static async Task LiveAsync(string folder, int number, Acknowledged life, string room, int facts, TimeSpan moment, CancellationToken token)
    {
        using var child = new Child("live", folder, number.ToString(CultureInfo.InvariantCulture));
        while (facts > 0)
        {
            if (await child.NextAsync(token) is { } fact)
            {
                life.Add(fact);
                if (fact[0] == room) facts--;
            }
            else Assert.Fail($"The child died by itself: {(await child.EndAsync(token)).Errors}");
        }

        // Facts are read while the clock runs, so that a full pipe never holds the child back.
        var reading = child.RestAsync(token);
        await Task.WhenAny(reading, Task.Delay(moment, token));
        child.Kill();
        foreach (var fact in await reading) life.Add(fact);
        var (_, errors) = await child.EndAsync(token);
        Assert.That(errors, Is.Empty, "the child failed before it was killed");
    }
}
