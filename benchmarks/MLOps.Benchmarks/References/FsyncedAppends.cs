namespace MLOps.Benchmarks.References;

/// <summary>The least that a durable fact costs: bytes appended to a file, flushed to the disk.</summary>
internal sealed class FsyncedAppends(string file) : IDisposable
{
    private readonly FileStream _file = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
    private readonly byte[] _bytes = new byte[4096];

    public void Append(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _file.Write(_bytes);
            _file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => _file.Dispose();
}
