using System.Security.Cryptography;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage;
using MLOps.Tests;

namespace MLOps.CrashWorker.Verbs;

/// <summary>Writes one long blob after the other to a server, each under its own hash, until it is killed; says each that was acknowledged.</summary>
static class UploadBlobs
{
    public static async Task<int> RunAsync(string server, string prefix, int seed)
    {
        var services = new ServiceCollection();
        var builder = new MLOpsBuilder(services, null);
        var address = Environment.GetEnvironmentVariable(server) ?? throw new InvalidOperationException($"{server} holds no address.");
        if (server == "MLOPS_AZURITE") builder.UseAzureBlobs("mlops-tests", prefix, new() { ConnectionString = address, CreateIfMissing = true, Transfer = new() { PartSize = 1 << 20 } });
        else
        {
            var s3 = S3Address.Parse(address);
            builder.UseAmazonS3(s3.Bucket, prefix, new() { Endpoint = s3.Endpoint, Credentials = new BasicAWSCredentials(s3.AccessKey, s3.SecretKey), Transfer = new() { PartSize = 5 << 20 } });
        }

        await using var provider = services.BuildServiceProvider();
        var blobs = provider.GetRequiredService<IBlobStore>();
        var bytes = new byte[12_000_000];
        var random = new Random(seed);
        while (true)
        {
            random.NextBytes(bytes);
            var key = Convert.ToHexStringLower(SHA256.HashData(bytes));
            await blobs.WriteAsync(key, new MemoryStream(bytes));
            Facts.Say($"{key}");
        }
    }
}
