using MLOps.Storage;

namespace MLOps.Data.Intake;

/// <summary>One file to take in: a stream to be opened, or a file of a local folder.</summary>
readonly record struct IntakeItem(string Path, Func<Stream>? Open, LocalFile File)
{
    /// <summary>Known for local files only.</summary>
    public long Length => Open is null ? File.Stamp.Length : 0;
}
