namespace MLOps.Storage;

/// <summary>Content that a record names: when it is missing, the store is damaged, and that is not the caller's wrong name.</summary>
static class NamedContent
{
    /// <summary>Opens content; see <see cref="ContentStore.OpenAsync"/>.</summary>
    /// <param name="content">The store.</param>
    /// <param name="digest">What to open.</param>
    /// <param name="what">What it is, for the message: "file 'a.csv' of dataset 'bike'".</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="MLOpsIntegrityException">The bytes are missing or damaged.</exception>
    public static async ValueTask<Stream> OpenNamedAsync(this ContentStore content, Digest digest, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await content.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsNotFoundException error)
        {
            throw Missing(digest, what, error);
        }
    }

    public static MLOpsIntegrityException Missing(Digest digest, string what, Exception cause) => new(
        $"The blob '{ContentStore.Key(digest)}' with the content of {what} is missing; its hash is {digest}. Restore this blob from a backup or another copy of the store.",
        ContentStore.Key(digest), digest.Hex, innerException: cause);
}
