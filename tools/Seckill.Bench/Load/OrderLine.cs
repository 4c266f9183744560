using System.Net;
using System.Net.Sockets;

using Seckill.Cli.Demo;

namespace Seckill.Bench.Load;

/// <summary>One connection of a load, for one order at a time, that nothing waits for but the connecting. What is refused or breaks is part of the result: no order is sent twice.</summary>
sealed class OrderLine(EndPoint server, Readiness readiness, int number) : IDisposable
{
    readonly AnswerBuffer _answers = new();
    Socket? _socket;
    bool _isQuestion;
    bool _isUnderWay;

    /// <summary>The order that was placed last; null before the first.</summary>
    public BenchOrder? Order { get; private set; }

    /// <summary>Whether the connection stands, as far as is known.</summary>
    public bool IsOpen => _socket is not null;

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
    public bool TryPlace(BenchOrder order)
    {
        (Order, _isQuestion) = (order, false);
        if (TrySend(order.Request))
            return true;

        order.Unanswered();
        return false;
    }

    /// <summary>Sends the question what became of the order; false when that failed.</summary>
    public bool TryAsk()
    {
        _isQuestion = true;
        return TrySend(Order!.StatusRequest());
    }

    /// <summary>Reads what has come; true when it is the end of what was sent: the answer, or the fall of the connection.</summary>
    public bool Receive()
    {
        if (_socket is not { } socket)
            return false;

        var count = socket.Receive(_answers.Free().Span, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || count == 0)
            return Fall();

        _answers.Added(count);
        try
        {
            if (!_isUnderWay || !_answers.TryTake(out var answer))
                return false;

            _isUnderWay = false;
            if (_isQuestion)
                Order!.Told(answer);
            else
                Order!.Answered(answer);
            if (answer.Closes)
                Close();
            return true;
        }
        catch (IOException)
        {
            // No answer of HTTP.
            return Fall();
        }
    }

    public void Dispose() => Close();

    bool TrySend(ReadOnlySpan<byte> request)
    {
        try
        {
            if (_socket is null)
                Open();
            while (!request.IsEmpty)
            {
                var count = _socket!.Send(request, SocketFlags.None, out var error);
                if (error == SocketError.WouldBlock)
                    _socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite);
                else if (error != SocketError.Success)
                    throw new SocketException((int)error);
                request = request[count..];
            }

            return _isUnderWay = true;
        }
        catch (SocketException)
        {
            Close();
            return false;
        }
    }

    bool Fall()
    {
        var wasUnderWay = _isUnderWay;
        Close();
        if (wasUnderWay && !_isQuestion)
            Order!.Unanswered();
        return wasUnderWay;
    }

    void Close()
    {
        _socket?.Dispose();
        (_socket, _isUnderWay) = (null, false);
    }
}
