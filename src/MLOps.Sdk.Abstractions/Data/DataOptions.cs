using MLOps.Storage;

namespace MLOps.Data;

/// <summary>How datasets are stored.</summary>
public sealed class DataOptions
{
    /// <summary>How new data is compressed, part by part, where it becomes at least a tenth shorter. Zlib by default. Data that is there stays as it is: all kinds may stand side by side.</summary>
    public Compression Compression { get; set; } = Compression.Zlib;

    /// <summary>Checks the values and returns the options.</summary>
    /// <exception cref="MLOpsInvalidException">One is out of range.</exception>
    public DataOptions Checked() => Enum.IsDefined(Compression)
        ? this
        : throw new MLOpsInvalidException($"The compression {(int)Compression} is not known; choose None, Zlib or Brotli.");
}
