using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Seckill.Chaos.Detours;

/// <summary>One connection on a detour.</summary>
sealed class DetourConnection(TcpDetour detour, Socket client) : IDisposable
{
    const int PieceBytes = 16 * 1024;
    const int PiecesOnTheWay = 256;

    readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Carries bytes both ways until either side hangs up.</summary>
    public async Task RunAsync(IPEndPoint target)
    {
        try
        {
            client.NoDelay = true;
            await detour.PassableAsync().ConfigureAwait(false);
            await _server.ConnectAsync(target).ConfigureAwait(false);
            await Task.WhenAll(CarryAsync(client, _server, WriteToServerAsync), CarryAsync(_server, client, WriteToClientAsync)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // What it leads to is not there, or one side is gone: the other one is to see that, too.
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    /// <summary>Ends it as a router does that has forgotten it.</summary>
    public void Reset()
    {
        foreach (var socket in (Socket[])[client, _server])
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It has ended by itself.
            }

            socket.Dispose();
        }
    }

    async Task WriteToServerAsync(byte[] piece)
    {
        var ambush = detour.Ambush;
        // Before it is sent: the answer may be fast.
        var springs = ambush?.Sees(piece) ?? false;
        await SendAsync(_server, piece).ConfigureAwait(false);
        if (springs)
            await ambush!.ActAsync().ConfigureAwait(false);
    }

    async Task WriteToClientAsync(byte[] piece)
    {
        if (detour.Ambush is { Holds: true } ambush)
        {
            await ambush.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Dispose();
        }

        await SendAsync(client, piece).ConfigureAwait(false);
    }

    static async Task SendAsync(Socket to, byte[] piece)
    {
        for (var left = piece.AsMemory(); !left.IsEmpty;)
            left = left[await to.SendAsync(left).ConfigureAwait(false)..];
    }

    /// <summary>Reads ahead of what is late, so that latency costs no throughput.</summary>
    async Task CarryAsync(Socket from, Socket to, Func<byte[], Task> write)
    {
        var late = Channel.CreateBounded<(byte[] Piece, long DueAt)>(new BoundedChannelOptions(PiecesOnTheWay) { SingleReader = true, SingleWriter = true });
        var writing = WriteAsync(late.Reader, write);
        try
        {
            var buffer = new byte[PieceBytes];
            int read;
            while ((read = await from.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                detour.Note();
                await detour.PassableAsync().ConfigureAwait(false);
                var dueAt = Stopwatch.GetTimestamp() + (long)(detour.Trouble.Latency.TotalSeconds * Stopwatch.Frequency);
                await late.Writer.WriteAsync((buffer[..read], dueAt)).ConfigureAwait(false);
            }
        }
        finally
        {
            late.Writer.TryComplete();
            await writing.ConfigureAwait(false);
            Dispose();
        }
    }

    async Task WriteAsync(ChannelReader<(byte[] Piece, long DueAt)> late, Func<byte[], Task> write)
    {
        try
        {
            await foreach (var (piece, dueAt) in late.ReadAllAsync().ConfigureAwait(false))
            {
                var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), dueAt);
                if (early > TimeSpan.Zero)
                    await Task.Delay(early).ConfigureAwait(false);
                await detour.PassableAsync().ConfigureAwait(false);
                await write(piece).ConfigureAwait(false);
                if (detour.Trouble.BytesPerSecond is > 0 and var rate)
                    await Task.Delay(TimeSpan.FromSeconds((double)piece.Length / rate)).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Nobody takes it any more: the reader is to end as well.
            Dispose();
        }
    }
}
