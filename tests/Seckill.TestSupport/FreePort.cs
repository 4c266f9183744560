using System.Net;
using System.Net.Sockets;

namespace Seckill.TestSupport;

/// <summary>Ports that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>One of the loopback interface.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
