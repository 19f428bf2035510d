namespace MLOps.Storage;

/// <summary>How stored bytes are compressed. The numbers stand in stores.</summary>
public enum Compression
{
    /// <summary>Not at all: the fastest.</summary>
    None = 0,

    /// <summary>With zlib (RFC 1950) at its fastest level: what every language can read.</summary>
    Zlib = 1,

    /// <summary>With Brotli (RFC 7932) at quality 1: smaller and faster than zlib.</summary>
    Brotli = 2,
}
