using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>A small SMTP server (RFC 5321) on a loopback port that keeps what it is sent.</summary>
sealed class MailServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly Task _accepting;

    public MailServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Mails: envelope sender, envelope receivers, raw data.</summary>
    public ConcurrentQueue<(string From, IReadOnlyList<string> To, string Data)> Mails { get; } = new();

    /// <summary>User names and passwords that clients offered.</summary>
    public ConcurrentQueue<string> Logins { get; } = new();

    /// <summary>What the server answers to RCPT; null accepts.</summary>
    public string? RefuseReceiver { get; set; }

    /// <summary>How often that was answered.</summary>
    public int Refusals { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = ServeAsync(client);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 mail.test ready");
            var (from, to) = ("", new List<string>());
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-mail.test\r\n250-AUTH PLAIN\r\n250 8BITMIME");
                        break;
                    case "AUTH":
                        Logins.Enqueue(Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])));
                        await writer.WriteLineAsync("235 ok");
                        break;
                    case "MAIL":
                        from = line;
                        await writer.WriteLineAsync("250 ok");
                        break;
                    case "RCPT":
                        to.Add(line);
                        Refusals += RefuseReceiver is null ? 0 : 1;
                        await writer.WriteLineAsync(RefuseReceiver ?? "250 ok");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var data = new StringBuilder();
                        while (await reader.ReadLineAsync(_end.Token) is { } part && part != ".")
                            data.Append(part).Append('\n');
                        Mails.Enqueue((from, to, data.ToString()));
                        await writer.WriteLineAsync("250 queued");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 ok");
                        break;
                }
            }
        }
    }
}
