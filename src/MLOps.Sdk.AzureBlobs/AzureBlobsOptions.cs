using Azure.Core;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>
/// How to reach a container. With neither <see cref="ConnectionString"/> nor <see cref="ServiceUri"/> set, the <c>BlobContainerClient</c> of that
/// name or the <c>BlobServiceClient</c> that the application registered is used.
/// </summary>
public sealed record AzureBlobsOptions
{
    /// <summary>The connection string of a storage account; null by default.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The address of a storage account, <c>https://account.blob.core.windows.net</c>, with a shared access signature as its query where that is how it is reached; null by default.</summary>
    public Uri? ServiceUri { get; init; }

    /// <summary>Gives tokens for <see cref="ServiceUri"/>, a <c>DefaultAzureCredential</c> for instance; null, the default, when the address carries a signature.</summary>
    public TokenCredential? Credential { get; init; }

    /// <summary>True to create the container, private, when it is missing; false by default.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>Whether the account lists names in the order of their bytes; true by default. Accounts with a hierarchical namespace do not: with false, a listing is held in memory, about 200 bytes for each blob, to be sorted.</summary>
    public bool ListsInOrder { get; init; } = true;

    /// <summary>How blobs travel.</summary>
    public TransferOptions Transfer { get; init; } = new();

    /// <summary>Says which way is chosen, and no secret.</summary>
    public override string ToString() =>
        $"{nameof(AzureBlobsOptions)} {{ {(ConnectionString is not null ? "connection string" : ServiceUri?.GetLeftPart(UriPartial.Path) ?? "registered client")} }}";
}
