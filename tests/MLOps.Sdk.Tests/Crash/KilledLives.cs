using System.Globalization;

namespace MLOps.Crash;

/// <summary>Lets one writer after the other work in a store, kills each, and looks after each kill whether the store kept its word.</summary>
/// <param name="store">The store, as a child is told of it.</param>
/// <param name="open">Opens it in this process.</param>
/// <param name="environment">What a child finds in its environment.</param>
internal sealed class KilledLives(string store, Func<MLOpsClient> open, IReadOnlyDictionary<string, string>? environment = null)
{
    public async Task RunAsync(int kills, CancellationToken token)
    {
        var random = new Random(20_260_801);
        var all = new List<Acknowledged>();
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
            await LiveAsync(kill, life, room, facts, TimeSpan.FromMilliseconds(random.Next(60)), token);
            await using (var mlops = open()) await StoreInspection.CheckAsync(mlops, experiment, life, audit: kill % Effort.Of(5, 20) == 0 || kill == kills);
            if (kill % 25 == 0) await TestContext.Progress.WriteLineAsync($"{kill} kills, {all.Sum(l => l.Count)} acknowledged facts, none lost");
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

    private async Task LiveAsync(int number, Acknowledged life, string room, int facts, TimeSpan moment, CancellationToken token)
    {
        using var child = new Child(environment, "live", store, number.ToString(CultureInfo.InvariantCulture));
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
