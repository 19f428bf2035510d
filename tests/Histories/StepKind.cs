namespace MLOps.Tests.Histories;

internal enum StepKind
{
    Commit,
    Query,
    Watch,
    Append,
    Truncate,

    /// <summary>The store is closed and opened.</summary>
    Reopen,

    /// <summary>A commit on whose way the store dies.</summary>
    Crash,
}
