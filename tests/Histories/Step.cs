using MLOps.Storage;

namespace MLOps.Tests.Histories;

/// <summary>What a history may do next. What it does follows from its seed alone; which version it expects, from the state it meets.</summary>
/// <param name="Kind">The kind of step.</param>
/// <param name="Seed">Gives the rest.</param>
/// <param name="Most">The most operations or blocks; made smaller to find the least history that fails.</param>
internal sealed record Step(StepKind Kind, int Seed, int Most)
{
    private const int Records = 24, Streams = 3;

    public static Step Of(int seed) => new(new Random(seed).Next(20) switch
    {
        < 7 => StepKind.Commit,
        < 11 => StepKind.Query,
        < 13 => StepKind.Watch,
        < 17 => StepKind.Append,
        17 => StepKind.Truncate,
        18 => StepKind.Reopen,
        _ => StepKind.Crash,
    }, seed, 8);

    /// <summary>Not the numbers that chose the kind: all commits would begin alike.</summary>
    public Random Random() => new(Seed ^ 0x2545F491);

    /// <summary>Smaller steps of the kind.</summary>
    public IEnumerable<Step> Smaller()
    {
        if (Most > 1) yield return this with { Most = Most / 2 };
        if (Kind is StepKind.Crash) yield return this with { Kind = StepKind.Commit };
    }

    /// <summary>The commit of the step.</summary>
    /// <param name="collection">The history's own collection.</param>
    /// <param name="version">The version that a record has.</param>
    public RecordCommit Commit(string collection, Func<RecordKey, long> version)
    {
        var random = Random();
        var operations = new List<RecordOperation>();
        foreach (var number in Enumerable.Range(0, Records).OrderBy(_ => random.Next()).Take(random.Next(1, Most + 1)))
        {
            var key = new RecordKey(collection, RandomRecords.Id(number));
            // Mostly right, or hardly any commit would pass.
            long? expected = random.Next(24) switch { 0 => version(key) + 1, 1 => RecordOperation.Absent, < 12 => version(key), _ => null };
            operations.Add(random.Next(8) switch
            {
                0 when expected is { } v => new RecordCheck(key, v),
                0 or 1 => new RecordDelete(key, expected),
                _ => new RecordPut(key, System.Text.Encoding.UTF8.GetBytes($"{{ \"seed\" : {Seed} }}"), RandomRecords.FieldsOf(random), expected),
            });
        }

        return new("test", operations);
    }

    public RecordQuery Query(string collection) => RandomRecords.Query(Random(), collection, 30);

    /// <summary>The blocks of the step: some next, some replayed, some wrong.</summary>
    /// <param name="prefix">How the history's own streams begin.</param>
    /// <param name="next">The next position of a stream.</param>
    public List<StreamAppend> Append(string prefix, Func<string, long> next)
    {
        var random = Random();
        var appends = new List<StreamAppend>();
        for (var s = 0; s < Streams; s++)
        {
            if (random.Next(3) == 0) continue;
            var name = prefix + RandomRecords.Words[3 + s * 5];
            var position = Math.Max(0, next(name) + random.Next(12) switch { 0 => -1, 1 => -2, 2 => 1, _ => 0 });
            for (var i = random.Next(1, Most + 1); i > 0; i--) appends.Add(new(name, position, new[] { (byte)(position % 3) }));
            for (var i = 0; i < appends.Count; i++)
                if (appends[i].Stream == name && i > 0 && appends[i - 1].Stream == name) appends[i] = appends[i] with { Position = appends[i - 1].Position + 1 };
        }

        return appends;
    }

    /// <summary>A stream and the position before which the step drops its blocks.</summary>
    public (string Stream, long Before) Truncate(string prefix)
    {
        var random = Random();
        return (prefix + RandomRecords.Words[3 + random.Next(Streams) * 5], random.Next(12));
    }
}
