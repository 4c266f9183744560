using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Options;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.Tests.Postgres;

/// <summary>Accepts connections and never says a word, as a server does that hangs.</summary>
sealed class SilentServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    SilentServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static SilentServer Start() => new();

    public PostgresDatabase AsPostgres() => new(Options.Create(new PostgresOptions { Port = Port }));

    public void Dispose() => _listener.Dispose();
}
