using System.Buffers;
using System.IO.Pipelines;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>A request's body where the server received it: nothing is copied while it came in one piece. Must be <see cref="Done"/> with before the response begins.</summary>
internal readonly struct RequestBytes(PipeReader? reader, ReadOnlySequence<byte> bytes)
{
    public ReadOnlyMemory<byte> Memory { get; } = bytes.IsSingleSegment ? bytes.First : bytes.ToArray();

    public void Done() => reader?.AdvanceTo(bytes.End);
}
