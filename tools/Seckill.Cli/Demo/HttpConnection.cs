using System.Net;
using System.Net.Sockets;

namespace Seckill.Cli.Demo;

/// <summary>
/// One HTTP/1.1 keep-alive connection that sends requests made beforehand and reads the answers, one at a time. It shares two cores with
/// every server that it drives: this costs a fraction of what <see cref="HttpClient"/> does for each request.
/// </summary>
sealed class HttpConnection(EndPoint server) : IDisposable
{
    readonly AnswerBuffer _answers = new();
    Socket? _socket;

    /// <summary>Connects before there is anything to send.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
        => _socket ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Sends a request and reads its answer; connects first where need be. The answer's body is good until the next call.</summary>
    /// <exception cref="IOException">The connection fell; what became of the request is unknown.</exception>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        try
        {
            var socket = _socket ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
            while (!request.IsEmpty)
                request = request[await socket.SendAsync(request, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];

            var answer = await ReadAnswerAsync(socket, cancellationToken).ConfigureAwait(false);
            if (answer.Closes)
                Close();
            return answer;
        }
        catch (Exception exception)
        {
            Close();
            if (exception is SocketException)
                throw new IOException($"The connection to {server} fell: {exception.Message}", exception);
            throw;
        }
    }

    public void Dispose() => Close();

    async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            _answers.Clear();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async ValueTask<HttpAnswer> ReadAnswerAsync(Socket socket, CancellationToken cancellationToken)
    {
        HttpAnswer answer;
        while (!_answers.TryTake(out answer))
        {
            var count = await socket.ReceiveAsync(_answers.Free(), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                throw new IOException($"{server} closed the connection before it had answered");

            _answers.Added(count);
        }

        return answer;
    }

    void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
