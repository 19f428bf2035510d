namespace MLOps.Benchmarks.Ratios;

/// <summary>A folder for both sides of a figure, on one disk; removed at the end.</summary>
internal sealed class Scratch : IDisposable
{
    private int _count;

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlops-bench-").FullName;

    /// <summary>A path that was not given out before; nothing stands there yet.</summary>
    public string Next(string name) => Path.Combine(Folder, $"{++_count}-{name}");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
