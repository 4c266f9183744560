using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Seckill.Cli.Demo;

/// <summary>
/// One HTTP/1.1 keep-alive connection that sends requests made beforehand and reads the answers, one at a time. It shares two cores with
/// every server that it drives: this costs a fraction of what <see cref="HttpClient"/> does for each request.
/// </summary>
sealed class HttpConnection(EndPoint server) : IDisposable
{
    // Enough for most answers; grows for others. There may be ten thousand connections.
    const int Room = 2 * 1024;

    byte[] _received = new byte[Room];
    byte[] _body = new byte[Room];
    int _start;
    int _end;
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

            var answer = await ReadAnswerAsync(cancellationToken).ConfigureAwait(false);
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
            _start = _end = 0;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async ValueTask<HttpAnswer> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _received.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);

        var head = HttpHead.Parse(_received.AsSpan(_start, length + 2));
        _start += length + 4;
        var body = head.IsChunked
            ? await ReadChunksAsync(cancellationToken).ConfigureAwait(false)
            : await ReadBodyAsync(head.ContentLength, cancellationToken).ConfigureAwait(false);
        return new HttpAnswer(head.Status, head.RetryAfterSeconds, head.Closes, _body.AsMemory(0, body));
    }

    async ValueTask<int> ReadChunksAsync(CancellationToken cancellationToken)
    {
        var body = 0;
        while (true)
        {
            int length;
            while ((length = _received.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
                await ReceiveAsync(cancellationToken).ConfigureAwait(false);

            if (!Utf8Parser.TryParse(_received.AsSpan(_start, length), out int size, out _, 'x'))
                throw new IOException($"{server} sent a chunk without a size");

            _start += length + 2;
            body += await CopyAsync(body, size, cancellationToken).ConfigureAwait(false);
            await CopyAsync(body, 2, cancellationToken).ConfigureAwait(false);
            if (size == 0)
                return body;
        }
    }

    async ValueTask<int> ReadBodyAsync(int length, CancellationToken cancellationToken)
        => await CopyAsync(0, length, cancellationToken).ConfigureAwait(false);

    async ValueTask<int> CopyAsync(int at, int length, CancellationToken cancellationToken)
    {
        while (_end - _start < length)
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);

        if (at + length > _body.Length)
            Array.Resize(ref _body, Math.Max(_body.Length * 2, at + length));
        _received.AsSpan(_start, length).CopyTo(_body.AsSpan(at));
        _start += length;
        return length;
    }

    async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _received.Length)
        {
            if (_start == 0)
                Array.Resize(ref _received, _received.Length * 2);
            else
                _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }

        var count = await _socket!.ReceiveAsync(_received.AsMemory(_end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        if (count == 0)
            throw new IOException($"{server} closed the connection before it had answered");

        _end += count;
    }

    void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
