using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace MLOps.Storage;

/// <summary>Says in plain words what S3 refused, by its code and the id of the request: its own text may quote what was signed.</summary>
internal static class AmazonS3Errors
{
    private const string Permissions = "s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload";

    public static string? Explain(Exception error) => error switch
    {
        AmazonS3Exception refused => Explain(refused) + Told(refused),
        AmazonServiceException { InnerException: HttpRequestException unreachable } => Unreachable(unreachable),
        AmazonServiceException { StatusCode: 0 } or AmazonClientException => Unasked(error),
        AmazonServiceException refused => $"the service that gives credentials refused (answer {(int)refused.StatusCode}). Check the profile or role of this process.",
        NotSupportedException => "the server does not speak enough of the S3 protocol: " + error.Message,
        _ => null,
    };

    private static string Explain(AmazonS3Exception error) => error.ErrorCode switch
    {
        "NoSuchBucket" => "there is no such bucket. Create it, correct its name or its region, or set CreateIfMissing.",
        "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired" or "AuthFailure" or "InvalidSecurity" or "NotSignedUp" =>
            "the credentials were refused. Check the access key and the secret key, or the profile or role, that this process uses, and that they have not expired.",
        "RequestTimeTooSkewed" => "the clock of this machine differs too much from the server's. Set it.",
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" or "Redirect" => "the bucket lies in another region. Set Region to that of the bucket.",
        "BucketAlreadyExists" => "a bucket of this name belongs to somebody else. Choose another name.",
        "ConditionalRequestConflict" => "somebody else wrote or deleted the same key at the same moment. Try again.",
        "BadDigest" or "XAmzContentSHA256Mismatch" or "InvalidDigest" or "XAmzContentChecksumMismatch" => "the bytes were damaged on their way, and the server did not take them. Try again.",
        _ => error.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "the credentials were refused. Check the access key and the secret key, or the profile or role, that this process uses.",
            HttpStatusCode.Forbidden => $"it is not allowed to these credentials. Give them {Permissions} on the bucket.",
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => "the server asks for fewer requests. Try again later.",
            >= HttpStatusCode.InternalServerError => "the server failed. Try again later.",
            0 => "the server could not be reached. Check the address and the network, and try again.",
            _ => "the server refused the request.",
        },
    };

    private static string Told(AmazonS3Exception error) => string.Create(CultureInfo.InvariantCulture, $" (S3 answered {(int)error.StatusCode} {error.ErrorCode}, request {error.RequestId ?? "without id"})");

    private static string Unreachable(HttpRequestException error) =>
        $"the server could not be reached: {error.GetBaseException().Message}. Check the address and the network, and try again.";

    private static string Unasked(Exception error) =>
        error.Message.Contains("region", StringComparison.OrdinalIgnoreCase) ? "no region is known. Set Region, or AWS_REGION in the environment."
        : error.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) ? "no credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, a role, or Credentials."
        : $"the request could not be made: {error.GetBaseException().GetType().Name}. Check the address, the network and the credentials, and try again.";
}
