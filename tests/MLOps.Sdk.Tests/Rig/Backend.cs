namespace MLOps;

/// <summary>The storages that a room's tests run on.</summary>
public enum Backend
{
    Memory,
    Embedded,
}
