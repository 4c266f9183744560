using System.Net;
using System.Net.Sockets;

using Dapper;

using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>A server that falls silent while a connection to it is being opened, and comes to itself again.</summary>
[Collection(ClockCollection.Name)]
public sealed class HalfOpenConnections_Specs(ClockDatabase databases) : IAsyncLifetime, IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly CancellationTokenSource _over = new();
    readonly TcpListener _proxy = new(IPAddress.Loopback, 0);
    readonly TaskCompletionSource _passable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    MySqlOptions _options = new();

    public async Task InitializeAsync()
    {
        _options = await databases.NewDatabaseAsync();
        _proxy.Start();
        _ = AcceptAsync();
    }

    public async Task DisposeAsync()
    {
        await _over.CancelAsync();
        await ClockDatabase.DropAsync(_options);
    }

    public void Dispose()
    {
        _proxy.Dispose();
        _over.Dispose();
    }

    [Fact]
    public async Task Should_not_be_given_to_anybody_when_they_were_not_answered_to_the_end()
    {
        var options = _options.Through(((IPEndPoint)_proxy.LocalEndpoint).Port);
        var database = new MySqlDatabase(Options.Create(options));
        var orderId = Guid.CreateVersion7();
        const string Ask = "SELECT CAST(@orderId AS CHAR(36) CHARACTER SET utf8mb4) AS OrderId";
        await Should.ThrowAsync<Exception>(() => database.OpenAsync().WaitAsync(Patience));
        _passable.SetResult();

        for (var i = 0; i < 3; i++)
        {
            await using var connection = await database.OpenAsync().WaitAsync(Patience);
            var row = await connection.QuerySingleAsync<Row>(Ask, new { orderId = orderId.ToString("D") });
            row.OrderId.ShouldBe(orderId);
        }
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _proxy.AcceptTcpClientAsync(_over.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(_options.Host, _options.Port, _over.Token);
                await Task.WhenAny(PassAsync(client, server), server.GetStream().CopyToAsync(client.GetStream(), _over.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // Either side hung up.
            }
        }
    }

    /// <summary>Holds the last of the questions that the connector asks about a server, until the server is to answer again.</summary>
    async Task PassAsync(TcpClient client, TcpClient server)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await client.GetStream().ReadAsync(buffer, _over.Token)) > 0)
        {
            if (buffer.AsSpan(0, read).IndexOf("SHOW COLLATION"u8) >= 0)
                await _passable.Task.WaitAsync(_over.Token);
            await server.GetStream().WriteAsync(buffer.AsMemory(0, read), _over.Token);
        }
    }

    sealed class Row
    {
        public Guid OrderId { get; init; }
    }
}
