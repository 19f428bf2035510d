using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace MLOps.Records;

/// <summary>A real receiver of webhooks on this machine, which does to each request what a test wants.</summary>
internal sealed class Receiver : IDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly int _port;
    private HttpListener? _listener;

    public Receiver(bool isUp = true)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        if (isUp) Start();
    }

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/hook"));

    /// <summary>The status to answer with; null hangs until <see cref="Stop"/>.</summary>
    public Func<ModelEvent, int?> Answer { get; set; } = _ => 204;

    /// <summary>Headers of an answer that is no success.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>What was asked of it, in order, whatever it answered.</summary>
    public ConcurrentQueue<ModelEvent> Asked { get; } = [];

    /// <summary>What it took, in order.</summary>
    public ConcurrentQueue<ModelEvent> Taken { get; } = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    public SemaphoreSlim Arrived { get; } = new(0);

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan Tolerance { get; set; } = TimeSpan.FromDays(365);

    public void Start()
    {
        _listener = new HttpListener { Prefixes = { string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/") } };
        _listener.Start();
        _ = ListenAsync(_listener);
    }

    public void Stop()
    {
        _listener?.Abort();
        _listener = null;
    }

    public void Dispose()
    {
        Stop();
        Arrived.Dispose();
    }

    /// <summary>The numbers of the versions told of, each once, in the order of their first arrival.</summary>
    public IEnumerable<string> Firsts(string model) => Taken.Where(e => e.Model == model).Select(e => e.Data["number"]).Distinct();

    private async Task ListenAsync(HttpListener listener)
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task AnswerAsync(HttpListenerContext call)
    {
        try
        {
            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body);
            var told = JsonSerializer.Deserialize(body.ToArray(), RecordsJson.Default.ModelEvent)!;
            var headers = call.Request.Headers;
            if (!WebhookSignature.IsValid(Secret, headers["webhook-signature"], headers["webhook-id"], headers["webhook-timestamp"], body.ToArray(), Now, Tolerance)) Faults.Enqueue("The signature is not valid.");
            if (headers["webhook-id"] != told.Id) Faults.Enqueue("The id in the header is another.");
            var answer = Answer(told);
            Asked.Enqueue(told);
            if (answer is >= 200 and < 300) Taken.Enqueue(told);
            Arrived.Release();
            if (answer is null) return;
            call.Response.StatusCode = answer.Value;
            foreach (var (name, value) in Headers) call.Response.AddHeader(name, value);
            call.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
