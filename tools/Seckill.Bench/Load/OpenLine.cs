using System.Net;
using System.Net.Sockets;

using Seckill.Cli.Demo;

namespace Seckill.Bench.Load;

/// <summary>One connection of an <see cref="OpenLoop"/>, for one order at a time. Nothing waits but the connecting.</summary>
sealed class OpenLine(EndPoint server, Readiness readiness, int number) : IDisposable
{
    readonly AnswerBuffer _answers = new();
    Socket? _socket;
    BenchOrder? _order;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public void Open()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(server);
            socket.Blocking = false;
            readiness.Watch(socket, number);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _answers.Clear();
        _socket = socket;
    }

    /// <summary>Sends an order; false when that failed, which is its end.</summary>
    public bool TrySend(BenchOrder order)
    {
        try
        {
            if (_socket is null)
                Open();
            for (var rest = order.Request.AsSpan(); !rest.IsEmpty;)
            {
                var count = _socket!.Send(rest, SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                    _socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite);
                else if (error != SocketError.Success)
                    throw new SocketException((int)error);
                rest = rest[count..];
            }

            _order = order;
            return true;
        }
        catch (SocketException)
        {
            Close();
            order.Unanswered();
            return false;
        }
    }

    /// <summary>Reads what has come; true when it is the end of the order that was sent.</summary>
    public bool Receive()
    {
        if (_socket is not { } socket)
            return false;

        var count = socket.Receive(_answers.Free().Span, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;

        var order = _order;
        if (error != SocketError.Success || count == 0)
        {
            Close();
            order?.Unanswered();
            return order is not null;
        }

        _answers.Added(count);
        try
        {
            if (order is null || !_answers.TryTake(out var answer))
                return false;

            _order = null;
            order.Answered(answer);
            if (answer.Closes)
                Close();
        }
        catch (IOException)
        {
            // No answer of HTTP.
            Close();
            order!.Unanswered();
        }

        return true;
    }

    public void Dispose() => Close();

    void Close()
    {
        _socket?.Dispose();
        (_socket, _order) = (null, null);
    }
}
