using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Hosting.Identity;

namespace Seckill.Fuzz.Http;

/// <summary>Bytes over TCP, each time on a connection of their own: broken request lines, headers, chunks and lengths, half requests, several at once.</summary>
sealed partial class RawPart() : FuzzPart("raw", 60)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    RawInputs _inputs = null!;
    IReadOnlyDictionary<string, string> _before = new Dictionary<string, string>();

    protected override async Task BeginAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        _inputs = new RawInputs(run, new HttpTokens(run));
        _before = await StateDigest.TakeAsync(run.Services, run.Watched.ActivityId, cancellationToken);
    }

    protected override async Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken)
    {
        var input = _inputs.Make(new Dice(run.Seed, Name, index));
        // Hung up without the usual farewell: the ports of so many connections would be missing for a minute each.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(run.Api, cancellationToken);
        var answer = new MemoryStream();
        try
        {
            foreach (var piece in input.Pieces)
                await socket.SendAsync(piece, SocketFlags.None, cancellationToken);
            if (input.Leaving == Leaving.Closing)
                socket.Shutdown(SocketShutdown.Send);
            if (input.Leaving != Leaving.Vanishing)
                await ReadAsync(socket, answer, input.Leaving == Leaving.Closing ? Patience : Moment, cancellationToken);
        }
        catch (SocketException)
        {
            // The server had enough.
            result.Count("hung up");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (input.Leaving == Leaving.Closing)
                run.Findings.Add("open", Name, index, $"The connection is open still, {Patience.TotalSeconds} s after the client had said that there is no more", input.Bytes);
        }

        Judge(run, result, index, input, Encoding.Latin1.GetString(answer.ToArray()));
    }

    protected override async Task CompareAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken)
    {
        var after = await StateDigest.TakeAsync(run.Services, run.Watched.ActivityId, cancellationToken);
        if (StateDigest.Difference(_before, after) is { Length: > 0 } difference)
            run.Findings.Add("state", Name, first, $"Broken requests from number {first} on, before {next}, changed the state: {difference}", null);
        _before = after;
        run.CheckProcesses(Name);
        run.Say($"{Name}: {next} inputs");
    }

    protected override Task EndAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
        => run.Watched.OrderAsync(run.Token("good-raw", Roles.Buyer), cancellationToken);

    void Judge(FuzzRun run, PartResult result, long index, RawInput input, string answer)
    {
        var statuses = Statuses().Matches(answer).Select(x => x.Groups[1].Value).ToList();
        result.Count(statuses.Count == 0 ? "no answer" : $"{statuses[0][0]}xx");
        // What HTTP/1.1 wants said of a version or a coding of the transfer that the server does not know.
        if (statuses.FirstOrDefault(x => x[0] == '5' && x is not ("505" or "501")) is { } failed)
            run.Findings.Add(failed, Name, index, $"Answered with {failed}: {answer[..Math.Min(300, answer.Length)]}", input.Bytes);
    }

    static async Task ReadAsync(Socket socket, MemoryStream answer, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(patience);
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, source.Token) is > 0 and var count)
            answer.Write(buffer, 0, count);
    }

    [GeneratedRegex(@"(?:^|\n)HTTP/1\.1 (\d{3}) ")]
    private static partial Regex Statuses();
}
