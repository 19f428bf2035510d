using System.Runtime.InteropServices;

namespace MLOps.Serving;

/// <summary>A counter on cache lines of its own: each prediction writes it, while the fields around it are read by all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedCounter
{
    [FieldOffset(128)]
    public long Value;
}
