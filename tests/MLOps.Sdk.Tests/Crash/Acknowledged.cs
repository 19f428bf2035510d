namespace MLOps.Crash;

/// <summary>What children said had been done, before they were killed.</summary>
internal sealed class Acknowledged
{
    public HashSet<string> Runs { get; } = [];

    public HashSet<string> Finished { get; } = [];

    public Dictionary<string, long> Points { get; } = [];

    public List<(string Run, string Path, string Digest)> Artifacts { get; } = [];

    public List<(string Version, string Path, string Digest)> Data { get; } = [];

    public Dictionary<int, string> Models { get; } = [];

    public Dictionary<long, int> Aliases { get; } = [];

    public int Count { get; private set; }

    public void Add(string[] fact)
    {
        Count++;
        switch (fact)
        {
            case ["run", var run]: Runs.Add(run); break;
            case ["metric", var run, var count]: Points[run] = long.Parse(count, null); break;
            case ["artifact", var run, var path, var digest]: Artifacts.Add((run, path, digest)); break;
            case ["finished", var run]: Finished.Add(run); break;
            case ["data", var version, var path, var digest]: Data.Add((version, path, digest)); break;
            case ["model", var number, var digest]: Models.Add(int.Parse(number, null), digest); break;
            case ["alias", var revision, var number]: Aliases.Add(long.Parse(revision, null), int.Parse(number, null)); break;
            default: throw new InvalidOperationException($"The child said '{string.Join(' ', fact)}', which is no fact that this test knows.");
        }
    }
}
