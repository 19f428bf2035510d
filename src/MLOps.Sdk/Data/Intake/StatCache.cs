using System.Text;
using MLOps.Storage;
using MLOps.Storage.Chunks;

namespace MLOps.Data.Intake;

/// <summary>
/// What the files of one local folder held when they were last read, by their stamps: a file whose stamp is the same is not
/// read again. It lives beside the store on this machine and may be deleted at any time.
/// </summary>
/// <remarks>
/// A file touched within the last two seconds before it was read is not remembered: a later change could leave the same stamp. All is forgotten
/// when a collector or a repair ran, for the chunks may be gone.
/// </remarks>
sealed class StatCache
{
    private const string Magic = "mlops-stat 1";
    private const long TooFresh = 2_000_000_000;

    private readonly string? _file;
    private readonly long _epoch;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, (FileStamp Stamp, ChunkContent Content)> _known = new(StringComparer.Ordinal);

    private StatCache(string? file, long epoch, TimeProvider time) => (_file, _epoch, _time) = (file, epoch, time);

    /// <summary>Opens the cache of a folder.</summary>
    /// <param name="cacheFolder">Where caches are; null for none.</param>
    /// <param name="folder">The folder whose files are remembered.</param>
    /// <param name="epoch">The store's collection epoch.</param>
    /// <param name="time">The clock.</param>
    public static StatCache Open(string? cacheFolder, string folder, long epoch, TimeProvider time)
    {
        var cache = new StatCache(cacheFolder is null ? null : Path.Combine(cacheFolder, "stat-" + Digest.Of(Path.GetFullPath(folder)).Hex[..32]), epoch, time);
        try
        {
            if (File.Exists(cache._file)) cache.Read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            // A cache that cannot be read is an empty one.
            cache._known.Clear();
        }

        return cache;
    }

    public bool TryGet(in LocalFile file, out ChunkContent content)
    {
        var found = _known.TryGetValue(file.Path, out var known) && known.Stamp == file.Stamp;
        content = known.Content;
        return found;
    }

    /// <summary>Replaces what is remembered.</summary>
    public void Save(List<LocalFile> files, ReadOnlySpan<ChunkContent> contents)
    {
        if (_file is null) return;
        var limit = (_time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000) - TooFresh;
        var unchanged = files.Count == _known.Count;
        var kept = new List<int>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            var known = _known.TryGetValue(files[i].Path, out var before) && before.Stamp == files[i].Stamp;
            unchanged &= known;
            if (known || (files[i].Stamp.Modified < limit && files[i].Stamp.Changed < limit)) kept.Add(i);
        }

        if (unchanged) return;
        var temporary = $"{_file}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            Write(temporary, files, contents, kept);
            File.Move(temporary, _file, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next commit reads the files again; nothing else is lost.
            File.Delete(temporary);
        }
    }

    private void Write(string path, List<LocalFile> files, ReadOnlySpan<ChunkContent> contents, List<int> kept)
    {
        using var writer = new BinaryWriter(File.Create(path), Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(_epoch);
        writer.Write(kept.Count);
        Span<byte> id = stackalloc byte[ChunkId.Size];
        foreach (var i in kept)
        {
            var (file, content) = (files[i], contents[i]);
            writer.Write(file.Path);
            writer.Write(file.Stamp.Length);
            writer.Write(file.Stamp.Modified);
            writer.Write(file.Stamp.Changed);
            writer.Write(file.Stamp.Inode);
            content.Id.CopyTo(id);
            writer.Write(id);
            writer.Write(content.IsList);
        }
    }

    private void Read()
    {
        using var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(_file!)), Encoding.UTF8);
        if (reader.ReadString() != Magic || reader.ReadInt64() != _epoch) return;
        var count = reader.ReadInt32();
        Span<byte> id = stackalloc byte[ChunkId.Size];
        for (var i = 0; i < count; i++)
        {
            var path = reader.ReadString();
            var stamp = new FileStamp(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64());
            reader.BaseStream.ReadExactly(id);
            _known[path] = (stamp, new ChunkContent(ChunkId.Read(id), reader.ReadBoolean(), stamp.Length));
        }
    }
}
