using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace MLOps.Samples.Tests.WebApp;

/// <summary>The WebApp sample as a process of its own, on a port the system chose. What it logs is kept.</summary>
internal sealed class WebAppProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WebAppProcess(Process process) => _process = process;

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public string Log
    {
        get
        {
            lock (_log) return string.Join('\n', _log);
        }
    }

    public static async Task<WebAppProcess> StartAsync(string store, CancellationToken cancellationToken)
    {
        var start = ChildProcess.Of(Requirement.Built("samples/WebApp", "WebApp"), "--urls", "http://127.0.0.1:0", $"--MLOps:Folder={store}");
        start.WorkingDirectory = Path.GetTempPath();
        var app = new WebAppProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        app._process.OutputDataReceived += (_, line) => app.Hear(line.Data);
        app._process.ErrorDataReceived += (_, line) => app.Hear(line.Data);
        app._process.Exited += (_, _) => app._address.TrySetException(new InvalidOperationException($"The WebApp ended:\n{app.Log}"));
        app._process.Start();
        app._process.BeginOutputReadLine();
        app._process.BeginErrorReadLine();
        app.Client.BaseAddress = new Uri(await app._address.Task.WaitAsync(cancellationToken));
        return app;
    }

    public async Task<JsonElement> PredictAsync(string ride, CancellationToken cancellationToken)
    {
        using var content = new StringContent(ride, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await Client.PostAsync("/predict", content, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_log) _log.Add(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at) _address.TrySetResult(line[(at + Listening.Length)..].Trim());
    }
}
