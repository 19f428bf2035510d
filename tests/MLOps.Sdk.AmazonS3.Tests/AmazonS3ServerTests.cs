using Amazon.S3;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

[TestFixture("MLOPS_S3")]
[TestFixture("MLOPS_S3_BASIC")]
public sealed class AmazonS3ServerTests(string variable) : ObjectServerTests
{
    private static readonly Dictionary<string, Func<S3Server>> s_servers = new() { ["MLOPS_S3"] = () => S3Server.Best, ["MLOPS_S3_BASIC"] = () => S3Server.Basic };

    protected override string Server => variable;

    // moto takes its time.
    protected override int Megabytes => variable == "MLOPS_S3" ? Effort.Of(32, 256) : base.Megabytes;

    protected override bool DecidesRaces => s_servers[variable]().KeepsConditions;

    protected override ObjectBlobStore Open(string prefix, TransferOptions transfer) => s_servers[variable]().Open(prefix, s_servers[variable]().Options with { Transfer = transfer });

    protected override async Task<int?> PendingAsync(string prefix)
    {
        using var client = s_servers[variable]().Client();
        try
        {
            var page = await client.ListMultipartUploadsAsync(new Amazon.S3.Model.ListMultipartUploadsRequest { BucketName = s_servers[variable]().Address.Bucket, Prefix = prefix });
            return page.MultipartUploads?.Count ?? 0;
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NotImplemented")
        {
            return null;
        }
    }
}
