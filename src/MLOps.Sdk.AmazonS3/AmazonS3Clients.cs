using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace MLOps.Storage;

internal static class AmazonS3Clients
{
    /// <summary>
    /// Makes a client. Stores other than Amazon's often know neither checksums in trailers nor bodies in signed chunks; there each
    /// body is sent whole under a signed SHA-256 of it, which they do check.
    /// </summary>
    public static IAmazonS3 Of(AmazonS3Options options, HttpClientFactory? http = null)
    {
        var config = new AmazonS3Config { ForcePathStyle = options.ForcePathStyle ?? options.Endpoint is not null };
        if (http is not null) config.HttpClientFactory = http;
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else if (options.Region is { } region) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);

        return options.Credentials is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }
}
