namespace MLOps.Storage.Objects;

/// <summary>What a server makes of a write that is to happen only while there is no such object.</summary>
internal enum ConditionalWrites
{
    Kept,
    Ignored,
    Refused,
}
