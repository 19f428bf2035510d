using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>The server that <c>tests/run.sh</c> started.</summary>
internal static class AzureServer
{
    public const string Container = "mlops-tests";

    public static string ConnectionString => Requirement.Server("MLOPS_AZURITE");

    public static AzureBlobsOptions Options => new() { ConnectionString = ConnectionString, CreateIfMissing = true };

    public static BlobContainerClient Client(string container = Container) => new(ConnectionString, container);

    public static ObjectBlobStore Open(string prefix, AzureBlobsOptions? options = null, ILoggerFactory? logs = null, string container = Container)
    {
        var services = new ServiceCollection();
        if (logs is not null) services.AddSingleton(logs);
        new MLOpsBuilder(services, null).UseAzureBlobs(container, prefix, options ?? Options);
        return (ObjectBlobStore)services.BuildServiceProvider().GetRequiredService<IBlobStore>();
    }
}
