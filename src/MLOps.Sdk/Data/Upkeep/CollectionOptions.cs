namespace MLOps.Data;

/// <summary>How to collect what nothing needs any more.</summary>
public sealed record CollectionOptions
{
    /// <summary>How long data must have been found unneeded before it is deleted; one hour by default. A courtesy to commits that run: they lose no work while they take less. Zero is safe too.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Packs of which less than this part is needed are rewritten, and a hundred packs below 1 MiB become one; 0.5 by default, 0 to rewrite none.</summary>
    public double RewriteBelow { get; init; } = 0.5;

    /// <summary>Checks the values and returns the options.</summary>
    /// <exception cref="MLOpsInvalidException">One is out of range.</exception>
    public CollectionOptions Checked()
    {
        if (Grace < TimeSpan.Zero) throw new MLOpsInvalidException($"The grace of a collection is at least 0, this one is {Grace}.");
        if (!(RewriteBelow is >= 0 and <= 1)) throw new MLOpsInvalidException($"RewriteBelow is a part between 0 and 1, this one is {RewriteBelow}.");
        return this;
    }
}
