using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>A server that <c>tests/run.sh</c> started, by the address that it exported.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="Bucket">A bucket that exists.</param>
/// <param name="AccessKey">Who may use it.</param>
/// <param name="SecretKey">And the proof.</param>
internal sealed record S3Server(Uri Endpoint, string Bucket, string AccessKey, string SecretKey)
{
    /// <summary>The best there is.</summary>
    public static S3Server Best => Of("MLOPS_S3");

    /// <summary>One that checks signatures and ignores conditional headers.</summary>
    public static S3Server Basic => Of("MLOPS_S3_BASIC");

    /// <summary>Whether the server keeps conditional headers.</summary>
    public bool KeepsConditions => this != Basic;

    public AmazonS3Options Options => new() { Endpoint = Endpoint, Credentials = new BasicAWSCredentials(AccessKey, SecretKey) };

    public IAmazonS3 Client() => AmazonS3Clients.Of(Options);

    public ObjectBlobStore Open(string prefix, AmazonS3Options? options = null, ILoggerFactory? logs = null)
    {
        var services = new ServiceCollection();
        if (logs is not null) services.AddSingleton(logs);
        new MLOpsBuilder(services, null).UseAmazonS3(Bucket, prefix, options ?? Options);
        return (ObjectBlobStore)services.BuildServiceProvider().GetRequiredService<IBlobStore>();
    }

    private static S3Server Of(string variable)
    {
        var address = new Uri(Requirement.Server(variable));
        var user = address.UserInfo.Split(':').Select(Uri.UnescapeDataString).ToArray();
        return new(new Uri(address.GetLeftPart(UriPartial.Authority).Replace(address.UserInfo + "@", "", StringComparison.Ordinal)), address.AbsolutePath.Trim('/'), user[0], user[1]);
    }
}
