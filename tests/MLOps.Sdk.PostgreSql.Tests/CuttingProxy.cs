using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace MLOps.Storage;

/// <summary>Passes a server's bytes on, and loses the answer to a commit when it is told to.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly Task _accepting;
    private int _cuts;

    public CuttingProxy(string connectionString)
    {
        _server = new(connectionString);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.ConnectionString;
        _accepting = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Cuts the connection on which the next commit is answered, before the answer.</summary>
    public void CutNextCommit() => Volatile.Write(ref _cuts, 1);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(_server.Host!, _server.Port);
            var (up, down) = (PumpAsync(client.GetStream(), server.GetStream(), cuts: false), PumpAsync(server.GetStream(), client.GetStream(), cuts: true));
            await Task.WhenAny(up, down);
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool cuts)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var length)
            {
                if (cuts && buffer.AsSpan(0, length).IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Exchange(ref _cuts, 0) == 1)
                {
                    Cuts++;
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The other side has gone.
        }
    }
}
