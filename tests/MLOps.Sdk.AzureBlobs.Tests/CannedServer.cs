using System.Collections.Concurrent;
using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MLOps.Storage.Objects;

namespace MLOps.Storage;

/// <summary>Answers a client from memory, and keeps what it was sent.</summary>
/// <param name="answer">The answer to a request; null for the ordinary one.</param>
internal sealed class CannedServer(Func<HttpRequestMessage, HttpResponseMessage?> answer) : HttpMessageHandler
{
    public static readonly string Key = Convert.ToBase64String("the account key that nobody may see"u8);

    /// <summary>Method and address of each request, and its headers.</summary>
    public ConcurrentQueue<(string Line, Dictionary<string, string> Headers)> Requests { get; } = [];

    public static HttpResponseMessage Refuse(HttpStatusCode status, string code)
    {
        var refusal = new HttpResponseMessage(status)
        {
            Content = new StringContent($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>quotes {Key}</Message><AuthenticationErrorDetail>{Key}</AuthenticationErrorDetail></Error>", System.Text.Encoding.UTF8, "application/xml"),
        };
        refusal.Headers.Add("x-ms-error-code", code);
        refusal.Headers.Add("x-ms-request-id", "R1");
        return refusal;
    }

    /// <summary>A store in the container <c>models</c> of this server, through a client that the application registered.</summary>
    public ObjectBlobStore Open(ILoggerFactory? logs = null, TransferOptions? transfer = null)
    {
        var settings = new BlobClientOptions { Retry = { MaxRetries = 0 }, Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false)) };
        var services = new ServiceCollection();
        if (logs is not null) services.AddSingleton(logs);
        services.AddSingleton(new BlobServiceClient(new Uri("https://account.blob.test"), new StorageSharedKeyCredential("account", Key), settings));
        new MLOpsBuilder(services, null).UseAzureBlobs("models", "store", new() { Transfer = transfer ?? new() });
        return (ObjectBlobStore)services.BuildServiceProvider().GetRequiredService<IBlobStore>();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null) await request.Content.CopyToAsync(Stream.Null, cancellationToken);
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(($"{request.Method} {request.RequestUri!.PathAndQuery}", headers));
        return answer(request) ?? Ordinary(request);
    }

    /// <summary>An empty container that takes everything.</summary>
    private static HttpResponseMessage Ordinary(HttpRequestMessage request)
    {
        if (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) return Refuse(HttpStatusCode.NotFound, "BlobNotFound");
        if (request.RequestUri!.AbsolutePath.EndsWith("/.mlops/format", StringComparison.Ordinal)) return Refuse(HttpStatusCode.Conflict, "BlobAlreadyExists");
        var taken = new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
        taken.Headers.ETag = new("\"e\"");
        taken.Headers.Add("x-ms-request-id", "R2");
        taken.Headers.Add("x-ms-request-server-encrypted", "true");
        taken.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
        return taken;
    }
}
