using System.Net;
using System.Net.Sockets;

namespace Seckill.DevKafka;

/// <summary>Takes commands over TCP, a line each, and answers each with a line: <c>done=</c> and the command, or what is wrong with it.</summary>
sealed class ControlListener : IDisposable
{
    readonly TcpListener _listener;

    public ControlListener(IPEndPoint address)
    {
        _listener = new TcpListener(address);
        _listener.Start();
    }

    /// <summary>Serves one client at a time until it is disposed of.</summary>
    public async Task RunAsync(FaultCommands commands)
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
                    await writer.WriteLineAsync(commands.Obey(line) ?? $"done={line}").ConfigureAwait(false);
            }
            catch (IOException)
            {
                // That client is gone; the next one may come.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    public void Dispose() => _listener.Dispose();
}
