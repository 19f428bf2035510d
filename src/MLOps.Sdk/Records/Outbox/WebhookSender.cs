using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MLOps.Records;

/// <summary>Sends one event to one receiver, once. Follows no redirect, keeps no cookie, reads no body: a receiver cannot send it elsewhere or fill its memory.</summary>
internal sealed class WebhookSender(TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Never throws but for cancellation: what goes wrong is an answer, too.</summary>
    public async ValueTask<WebhookAnswer> SendAsync(Webhook webhook, ModelEvent told, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(webhook.Options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = await RequestAsync(webhook, told, both.Token).ConfigureAwait(false);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return default;
            var isAway = response.StatusCode is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests
                or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
            return new(string.Create(CultureInfo.InvariantCulture, $"The receiver answered {(int)response.StatusCode}."), !isAway, response.Headers.RetryAfter?.Delta);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return new(string.Create(CultureInfo.InvariantCulture, $"The receiver did not answer within {webhook.Options.Timeout.TotalSeconds:0.###} s."));
        }
#pragma warning disable CA1031 // The secret is the application's function, the rest is the network: whatever fails is tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Of the application's own exceptions the type only: their text might hold the secret.
            return new(e is HttpRequestException or IOException or MLOpsException ? e.Message : $"{e.GetType().Name} while the request was made.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<HttpRequestMessage> RequestAsync(Webhook webhook, ModelEvent told, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(told, RecordsJson.Default.ModelEvent);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var signature = webhook.Options.Secret is { } secret ? WebhookSignature.Of(await secret(cancellationToken).ConfigureAwait(false), told.Id, timestamp, body) : null;
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("MLOps.Sdk", null));
        request.Headers.Add("webhook-id", told.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (signature is not null) request.Headers.Add("webhook-signature", signature);
        return request;
    }
}
