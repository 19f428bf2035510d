using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace MLOps.Storage;

internal static class AzureBlobsClients
{
    /// <summary>Makes a client; null when the options leave that to the application. Does no I/O.</summary>
    /// <exception cref="MLOpsInvalidException">The options name two ways or half a way.</exception>
    public static BlobContainerClient? Of(AzureBlobsOptions options, string container, HttpPipelineTransport? transport = null)
    {
        var settings = new BlobClientOptions { Retry = { MaxRetries = 3, Delay = TimeSpan.FromMilliseconds(500), MaxDelay = TimeSpan.FromSeconds(10) } };
        if (transport is not null) settings.Transport = transport;
        if (options.ConnectionString is { } connection)
        {
            if (options.ServiceUri is not null || options.Credential is not null) throw Broken($"set either {nameof(options.ConnectionString)} or {nameof(options.ServiceUri)} with {nameof(options.Credential)}, not both");
            try
            {
                return new(connection, container, settings);
            }
            catch (Exception error) when (error is FormatException or ArgumentException)
            {
                // Its message may quote a part of the string, which is a secret.
                throw Broken($"{nameof(options.ConnectionString)} is not the connection string of a storage account; copy it from the account's access keys");
            }
        }

        if (options.ServiceUri is not { } address) return options.Credential is null ? null : throw Broken($"{nameof(options.Credential)} needs {nameof(options.ServiceUri)}");
        if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http")) throw Broken($"{nameof(options.ServiceUri)} must be an address such as https://account.blob.core.windows.net");
        if (options.Credential is not { } credential) return new BlobServiceClient(address, settings).GetBlobContainerClient(container);
        if (address.Scheme != "https") throw Broken($"{nameof(options.Credential)} needs an https address: a token is not sent in the clear");
        if (address.Query.Length > 0) throw Broken($"{nameof(options.ServiceUri)} carries a signature, so {nameof(options.Credential)} must not be set");
        return new BlobServiceClient(address, credential, settings).GetBlobContainerClient(container);
    }

    private static MLOpsInvalidException Broken(string rule) => new($"{nameof(AzureBlobsOptions)}: {rule}.");
}
