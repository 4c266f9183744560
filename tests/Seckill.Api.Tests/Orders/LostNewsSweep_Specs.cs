using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Ledger.Orders;

namespace Seckill.Api.Tests.Orders;

[Collection(ApiCollection.Name)]
public sealed class LostNewsSweep_Specs(ApiServers servers)
{
    [Fact]
    public async Task Should_go_on_after_MySQL_gave_no_answer_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var services = servers.Api.Services;
        var database = new MySqlDatabase(Options.Create(new MySqlOptions { Port = ((IPEndPoint)silent.LocalEndpoint).Port }));
        var waiters = new OrderWaiters();
        using var sweep = new LostNewsSweep(
            waiters, services.GetRequiredService<RecentOrders>(), new OrderReader(database), services.GetRequiredService<ApiMetrics>(), TimeProvider.System,
            NullLogger<LostNewsSweep>.Instance);
        using var waiting = waiters.Begin(OrderIds.New(DateTimeOffset.UtcNow), OrderStatus.Pending);

        await sweep.StartAsync(CancellationToken.None);
        // It asks again, on a new connection, and so has outlived the first time that it was not answered.
        using var first = await silent.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(60));
        using var second = await silent.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(60));

        sweep.ExecuteTask!.IsCompleted.ShouldBeFalse(sweep.ExecuteTask.Exception?.ToString());
        await sweep.StopAsync(CancellationToken.None);
    }
}
