using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MLOps.Benchmarks.Ratios;

/// <summary>A server in a child process, and a driver that keeps some connections busy. What is measured is the processor time that the child took.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Connections = 8;

    private readonly Process _process;
    private readonly Uri _address;

    public ServerProcess(string kind, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Under `dotnet run` this is the program itself; under `dotnet x.dll` it is dotnet.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(ServerProcess).Assembly.Location);
        foreach (var argument in new[] { "serve", kind, folder }) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _address = new(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The server '{kind}' did not start."));
    }

    /// <summary>Microseconds of processor time that the server takes for one of some requests.</summary>
    public async Task<double> MicrosecondsAsync(byte[] request, int requests)
    {
        var before = Took();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => DriveAsync(request, requests / Connections)));
        return (Took() - before).TotalMicroseconds / (requests / Connections * Connections);
    }

    /// <summary>A POST as it goes over the wire.</summary>
    public static byte[] Post(string path, byte[] body, string contentType = "application/json", int? jsonLength = null)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n{(jsonLength is { } length ? $"Inference-Header-Content-Length: {length}\r\n" : "")}\r\n");
        return [.. Encoding.ASCII.GetBytes(header), .. body];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000)) _process.Kill();
        _process.Dispose();
    }

    private TimeSpan Took()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    private async Task DriveAsync(byte[] request, int requests)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_address.Host, _address.Port);
        var buffer = new byte[1 << 16];
        for (var i = 0; i < requests; i++)
        {
            await socket.SendAsync(request);
            var (filled, end) = (0, -1);
            while (end < 0 || filled < end)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
                if (read == 0) throw new InvalidOperationException("The server closed the connection.");
                filled += read;
                if (end < 0) end = EndOf(buffer.AsSpan(0, filled));
            }
        }
    }

    /// <summary>Where the answer ends; -1 while its header has not come whole.</summary>
    private static int EndOf(ReadOnlySpan<byte> answer)
    {
        var header = answer.IndexOf("\r\n\r\n"u8);
        if (header < 0) return -1;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException($"The server answered: {Encoding.UTF8.GetString(answer)}");
        if (answer[..header].IndexOf("Transfer-Encoding: chunked"u8) >= 0) return answer.EndsWith("0\r\n\r\n"u8) ? answer.Length : -1;
        var at = answer.IndexOf("Content-Length: "u8) + "Content-Length: ".Length;
        var length = int.Parse(answer[at..(at + answer[at..].IndexOf((byte)'\r'))], CultureInfo.InvariantCulture);
        return header + 4 + length;
    }
}
