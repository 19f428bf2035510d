using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>A server that <c>tests/run.sh</c> started.</summary>
/// <param name="Address">A bucket of it that exists.</param>
internal sealed record S3Server(S3Address Address)
{
    /// <summary>The best there is.</summary>
    public static S3Server Best => Of("MLOPS_S3");

    /// <summary>One that knows access keys and ignores conditional headers.</summary>
    public static S3Server Basic => Of("MLOPS_S3_BASIC");

    /// <summary>Whether the server keeps conditional headers.</summary>
    public bool KeepsConditions => Environment.GetEnvironmentVariable("MLOPS_S3_BASIC") is not { Length: > 0 } basic || this != new S3Server(S3Address.Parse(basic));

    public AmazonS3Options Options => new() { Endpoint = Address.Endpoint, Credentials = new BasicAWSCredentials(Address.AccessKey, Address.SecretKey) };

    public IAmazonS3 Client() => AmazonS3Clients.Of(Options);

    public ObjectBlobStore Open(string prefix, AmazonS3Options? options = null, ILoggerFactory? logs = null, string? bucket = null)
    {
        var services = new ServiceCollection();
        if (logs is not null) services.AddSingleton(logs);
        new MLOpsBuilder(services, null).UseAmazonS3(bucket ?? Address.Bucket, prefix, options ?? Options);
        return (ObjectBlobStore)services.BuildServiceProvider().GetRequiredService<IBlobStore>();
    }

    private static S3Server Of(string variable) => new(S3Address.Parse(Requirement.Server(variable)));
}
