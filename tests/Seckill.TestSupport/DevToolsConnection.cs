using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace Seckill.TestSupport;

/// <summary>A connection of Chromium's DevTools protocol: calls with answers, and events.</summary>
sealed class DevToolsConnection : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly ClientWebSocket _socket = new();
    readonly SemaphoreSlim _sending = new(1);
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _calls = new();
    readonly Action<string, JsonElement> _onEvent;
    Task _reading = Task.CompletedTask;
    int _lastCall;

    DevToolsConnection(Action<string, JsonElement>? onEvent) => _onEvent = onEvent ?? ((_, _) => { });

    /// <param name="address">The target's.</param>
    /// <param name="onEvent">Told of each event, by its name; on the thread that reads.</param>
    public static async Task<DevToolsConnection> OpenAsync(Uri address, Action<string, JsonElement>? onEvent = null)
    {
        var connection = new DevToolsConnection(onEvent);
        await connection._socket.ConnectAsync(address, CancellationToken.None);
        connection._reading = connection.ReadAsync();
        return connection;
    }

    /// <summary>Calls a method; an error of the protocol is thrown.</summary>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastCall);
        var answer = _calls[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _sending.WaitAsync();
        try
        {
            var message = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } });
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    async Task ReadAsync()
    {
        var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;

                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;

                using var document = JsonDocument.Parse(message.GetBuffer().AsMemory(0, (int)message.Length));
                Take(document.RootElement.Clone());
                message.SetLength(0);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone, or this one was told to end: whoever waits hears of it below.
        }

        foreach (var call in _calls.Values)
            call.TrySetException(new InvalidOperationException("Chromium has closed the connection"));
    }

    void Take(JsonElement message)
    {
        if (!message.TryGetProperty("id", out var id))
            _onEvent(message.GetProperty("method").GetString()!, message.GetProperty("params"));
        else if (_calls.TryRemove(id.GetInt32(), out var call) && message.TryGetProperty("error", out var error))
            call.SetException(new InvalidOperationException(error.GetProperty("message").GetString()));
        else
            call?.SetResult(message.GetProperty("result"));
    }
}
