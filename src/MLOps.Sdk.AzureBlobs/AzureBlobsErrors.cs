using System.Globalization;
using Azure;

namespace MLOps.Storage;

/// <summary>Says in plain words what Azure refused, by its code and the id of the request: its own text quotes what was signed.</summary>
internal static class AzureBlobsErrors
{
    private const string Credentials = "the credentials were refused. Check the account key, the signature (its dates, too) or the token's identity, and the clock of this machine.";
    private const string Permissions = "it is not allowed to these credentials. Give them the role Storage Blob Data Contributor, or a signature that allows rwdl on the container.";

    public static string? Explain(Exception error) => error switch
    {
        RequestFailedException { Status: 0 } unreachable => Unreachable(unreachable),
        RequestFailedException refused => Explain(refused) + Told(refused),
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        _ when error.GetType().Namespace == "Azure.Identity" => "no token could be had for this identity. Check how this process signs in: environment, managed identity or developer sign-in.",
        _ => null,
    };

    private static string Explain(RequestFailedException error) => error.ErrorCode switch
    {
        "ContainerNotFound" => "there is no such container. Create it, correct its name or the account, or set CreateIfMissing.",
        "ContainerBeingDeleted" => "the container is being deleted. Choose another, or try again in a minute.",
        "AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation" => Credentials,
        "AuthorizationFailure" => "the credentials were refused, or the firewall of the account refuses this machine. Check both.",
        "AccountIsDisabled" => "the storage account is disabled.",
        "Md5Mismatch" or "Crc64Mismatch" => "the bytes were damaged on their way, and the server did not take them. Try again.",
        "InvalidBlockList" => "somebody else wrote or deleted the same key at the same moment. Try again.",
        _ => error.Status switch
        {
            401 => Credentials,
            403 => Permissions,
            429 or 503 => "the server asks for fewer requests. Try again later.",
            >= 500 => "the server failed. Try again later.",
            _ => "the server refused the request.",
        },
    };

    private static string Told(RequestFailedException error)
    {
        var id = error.GetRawResponse()?.Headers.RequestId ?? "without id";
        return string.Create(CultureInfo.InvariantCulture, $" (Azure answered {error.Status} {error.ErrorCode}, request {id})");
    }

    private static string Unreachable(RequestFailedException error) =>
        $"the server could not be reached: {error.GetBaseException().Message}. Check the address and the network, and try again.";
}
