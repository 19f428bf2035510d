using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>Answers a client from memory, and keeps what it was sent.</summary>
/// <param name="answer">The answer to a request; null for the ordinary one.</param>
internal sealed class CannedServer(Func<HttpRequestMessage, HttpResponseMessage?> answer) : HttpMessageHandler
{
    public const string AccessKey = "AKIATESTTESTTEST";
    public const string SecretKey = "thisIsTheSecretKeyThatNobodyMaySee";

    /// <summary>Method and address of each request, and its headers.</summary>
    public ConcurrentQueue<(string Line, Dictionary<string, string> Headers)> Requests { get; } = [];

    public static HttpResponseMessage Refuse(HttpStatusCode status, string code) => new(status)
    {
        Content = new StringContent($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>quotes {SecretKey}</Message><AWSAccessKeyId>{AccessKey}</AWSAccessKeyId><StringToSign>{SecretKey}</StringToSign><RequestId>R1</RequestId></Error>", System.Text.Encoding.UTF8, "application/xml"),
    };

    /// <summary>A store in the bucket <c>models</c> of this server, through a client that the application registered.</summary>
    public ObjectBlobStore Open(ILoggerFactory? logs = null, Action<AmazonS3Config>? configure = null, TransferOptions? transfer = null)
    {
        var config = new AmazonS3Config { ServiceURL = "http://s3.test", AuthenticationRegion = "us-east-1", ForcePathStyle = true, MaxErrorRetry = 0, HttpClientFactory = new Factory(this) };
        configure?.Invoke(config);
        var services = new ServiceCollection();
        if (logs is not null) services.AddSingleton(logs);
        services.AddSingleton<IAmazonS3>(new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), config));
        new MLOpsBuilder(services, null).UseAmazonS3("models", "store", new() { Transfer = transfer ?? new() });
        return (ObjectBlobStore)services.BuildServiceProvider().GetRequiredService<IBlobStore>();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null) await request.Content.CopyToAsync(Stream.Null, cancellationToken);
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(($"{request.Method} {request.RequestUri!.PathAndQuery}", headers));
        return answer(request) ?? Ordinary(request);
    }

    /// <summary>An empty bucket that takes everything.</summary>
    private static HttpResponseMessage Ordinary(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) return Refuse(HttpStatusCode.NotFound, "NoSuchKey");
        var isProbe = request.RequestUri!.AbsolutePath.EndsWith("/.mlops/format", StringComparison.Ordinal);
        if (isProbe && request.Headers.Contains("If-None-Match")) return Refuse(HttpStatusCode.PreconditionFailed, "PreconditionFailed");
        var body = request.RequestUri.Query switch
        {
            "?uploads" => "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
            "?uploadId=u1" => "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>",
            _ => string.Empty,
        };
        var taken = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) };
        taken.Headers.ETag = new("\"e\"");
        return taken;
    }

    private sealed class Factory(CannedServer server) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(server, disposeHandler: false);
    }
}
