using MLOps.Storage;

namespace MLOps.Tests.Histories;

/// <summary>A database of which histories are told.</summary>
internal interface IHistorySubject : IAsyncDisposable
{
    /// <summary>Its records, as the store is now.</summary>
    IRecordStore Records { get; }

    /// <summary>Its streams.</summary>
    IStreamStore Streams { get; }

    /// <summary>Closes the store and opens it again.</summary>
    Task ReopenAsync();

    /// <summary>Lets the store die while it does something, and opens what it left. Throws what the work threw.</summary>
    Task CrashAsync(Func<IRecordStore, CancellationToken, Task> work, Random random);
}
