namespace MLOps.Storage;

/// <summary>A stream that is only read, from its beginning to its end: what is left to say is where the bytes come from.</summary>
abstract class ReadStream : ReadOnlyStream
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
}
