using System.Net;

using Microsoft.AspNetCore.Hosting;

namespace Seckill.Operations.Tests.Alerts.Support;

static class Kestrel
{
    public static IWebHostBuilder UseLoopback(this IWebHostBuilder builder, int port)
        => builder.UseKestrelCore().ConfigureKestrel(x => x.Listen(IPAddress.Loopback, port));
}
