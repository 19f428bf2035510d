using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Transfer;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Storage;
using MLOps.Tests;

namespace MLOps.Benchmarks.Ratios;

/// <summary>
/// Uploads to object stores against the best call of the vendors' own libraries, with the hash that rooms ask for. The servers are those of
/// <c>tests/servers</c>; MLOPS_BENCH_MB says how long a blob is, 256 by default.
/// </summary>
internal static class ObjectFigures
{
    private const int Part = 8 << 20, AtOnce = 4;

    private static readonly long s_length = (long.TryParse(Environment.GetEnvironmentVariable("MLOPS_BENCH_MB"), CultureInfo.InvariantCulture, out var mb) ? mb : 256) << 20;

    public static async Task RunAsync(Scoreboard board)
    {
        using var scratch = new Scratch();
        var file = scratch.Next("blob");
        if (Environment.GetEnvironmentVariable("MLOPS_S3_BASIC") is { Length: > 0 } s3) await S3Async(board, file, S3Address.Parse(s3));
        else Console.WriteLine("storage/upload-s3: skipped; MLOPS_S3_BASIC holds no address (see tests/servers/s3.sh)");
        if (Environment.GetEnvironmentVariable("MLOPS_AZURITE") is { Length: > 0 } azure) await AzureAsync(board, file, azure);
        else Console.WriteLine("storage/upload-azure: skipped; MLOPS_AZURITE holds no connection string (see tests/servers/azurite.sh)");
    }

    private static async Task S3Async(Scoreboard board, string file, S3Address address)
    {
        var credentials = new BasicAWSCredentials(address.AccessKey, address.SecretKey);
        var config = new AmazonS3Config
        {
            ServiceURL = address.Endpoint.AbsoluteUri, AuthenticationRegion = "us-east-1", ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        using var client = new AmazonS3Client(credentials, config);
        using var transfer = new TransferUtility(client, new TransferUtilityConfig { ConcurrentServiceRequests = AtOnce });
        await using var provider = Open(b => b.UseAmazonS3(address.Bucket, "bench", new() { Endpoint = address.Endpoint, Credentials = credentials, Transfer = new() { PartSize = Part, Parallelism = AtOnce } }));
        await UploadsAsync(board, "s3", file, provider.GetRequiredService<IBlobStore>(), async () =>
        {
            await transfer.UploadAsync(new TransferUtilityUploadRequest { BucketName = address.Bucket, Key = "bench/theirs", FilePath = file, PartSize = Part });
            await client.DeleteObjectAsync(address.Bucket, "bench/theirs");
        });
    }

    private static async Task AzureAsync(Scoreboard board, string file, string connection)
    {
        var container = new BlobContainerClient(connection, "mlops-bench");
        await container.CreateIfNotExistsAsync();
        await using var provider = Open(b => b.UseAzureBlobs(container.Name, "bench", new() { ConnectionString = connection, Transfer = new() { PartSize = Part, Parallelism = AtOnce } }));
        var settings = new BlobUploadOptions { TransferOptions = new() { InitialTransferSize = Part, MaximumTransferSize = Part, MaximumConcurrency = AtOnce } };
        await UploadsAsync(board, "azure", file, provider.GetRequiredService<IBlobStore>(), async () =>
        {
            var blob = container.GetBlobClient("bench/theirs");
            await blob.UploadAsync(file, settings);
            await blob.DeleteAsync();
        });
    }

    private static async Task UploadsAsync(Scoreboard board, string name, string file, IBlobStore store, Func<Task> theirs)
    {
        await FillAsync(file);
        Digest digest;
        await using (var content = File.OpenRead(file)) digest = await Digest.OfAsync(content);
        var size = string.Create(CultureInfo.InvariantCulture, $"{s_length >> 20}-mb");
        using var memory = new PeakMemory();
        await board.RatioAsync($"upload-{name}-{size}", " MB/s", Goal.AtLeast(0.8), async () => (s_length >> 20) / await Clock.SecondsAsync(OursAsync), async () => (s_length >> 20) / await Clock.SecondsAsync(theirs), rounds: 3);
        memory.Begin();
        await OursAsync();
        board.Exact($"upload-{name}-{size}-memory", " MB", Goal.AtMost(150, " MB"), memory.Megabytes);

        async Task OursAsync()
        {
            await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (!await store.WriteAsync("ours", content, digest)) throw new InvalidOperationException("The blob was there already.");
            await store.DeleteAsync("ours");
        }
    }

    private static async Task FillAsync(string file)
    {
        if (File.Exists(file)) return;
        await using var target = File.Create(file);
        var noise = RandomNumberGenerator.GetBytes(1 << 20);
        for (long at = 0; at < s_length; at += noise.Length) await target.WriteAsync(noise);
    }

    private static ServiceProvider Open(Action<MLOpsBuilder> use)
    {
        var services = new ServiceCollection();
        use(new MLOpsBuilder(services, null));
        return services.BuildServiceProvider();
    }

    /// <summary>How far the working set of the process grows, looked at all the time.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly Process _process = Process.GetCurrentProcess();
        private readonly CancellationTokenSource _end = new();
        private long _before, _most;

        public double Megabytes => (_most - _before) / 1048576.0;

        public void Begin()
        {
            GC.Collect(2, GCCollectionMode.Aggressive);
            _before = _most = Look();
            _ = Task.Run(async () =>
            {
                while (!_end.IsCancellationRequested)
                {
                    _most = Math.Max(_most, Look());
                    await Task.Delay(5);
                }
            });
        }

        public void Dispose()
        {
            _end.Cancel();
            _end.Dispose();
        }

        private long Look()
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }
}
