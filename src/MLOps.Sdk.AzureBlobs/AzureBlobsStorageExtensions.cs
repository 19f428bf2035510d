using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using MLOps;
using MLOps.Storage;
using MLOps.Storage.Objects;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a store's bytes in Azure Blob Storage.</summary>
public static partial class AzureBlobsStorageExtensions
{
    /// <summary>
    /// Keeps blobs as block blobs of a container, which many machines may share. The first use of the store opens the container. It needs to
    /// read, write, delete and list blobs (the role <c>Storage Blob Data Contributor</c>, or a signature with <c>rwdl</c>), and never makes anything public.
    /// </summary>
    /// <param name="builder">The store being registered.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="prefix">What all blob names begin with, without a slash at its end; empty for none.</param>
    /// <param name="options">How to reach it; a registered client when null.</param>
    /// <exception cref="MLOpsInvalidException">The container's name, the prefix or an option breaks its rule.</exception>
    public static MLOpsBuilder UseAzureBlobs(this MLOpsBuilder builder, string container, string prefix = "", AzureBlobsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (container is null || !ContainerName().IsMatch(container))
            throw new MLOpsInvalidException($"'{Name.Shown(container)}' is not a valid container: 3 to 63 characters of a-z, 0-9 and single '-', beginning and ending with a letter or digit.");
        ObjectBlobStore.RequirePrefix(prefix);
        var chosen = options ?? new();
        chosen.Transfer.Require(AzureBlobsContainer.Allowed);
        var client = AzureBlobsClients.Of(chosen, container);
        return builder.Use<IBlobStore>(store => Open(store, client ?? Registered(store, container), prefix, chosen));
    }

    private static ObjectBlobStore Open(StoreServices store, BlobContainerClient client, string prefix, AzureBlobsOptions options) =>
        new(new AzureBlobsContainer(client, options), prefix, options.Transfer, store.Provider.GetService<ILoggerFactory>()?.CreateLogger("MLOps.Storage.AzureBlobs"), store.Time);

    private static BlobContainerClient Registered(StoreServices store, string container)
    {
        var client = store.Find<BlobContainerClient>() ?? store.Provider.GetService<BlobContainerClient>();
        if (client?.Name == container) return client;
        return (store.Find<BlobServiceClient>() ?? store.Provider.GetService<BlobServiceClient>())?.GetBlobContainerClient(container)
            ?? throw new MLOpsInvalidException(
                $"Nothing says where the container '{container}' is: set {nameof(AzureBlobsOptions.ConnectionString)} or {nameof(AzureBlobsOptions.ServiceUri)} of {nameof(AzureBlobsOptions)}, or register a BlobServiceClient or this container's BlobContainerClient.");
    }

    [GeneratedRegex("^(?=.{3,63}\\z)[a-z0-9](-?[a-z0-9])*\\z")]
    private static partial Regex ContainerName();
}
