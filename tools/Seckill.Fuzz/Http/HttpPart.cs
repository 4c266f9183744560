using System.Collections.Concurrent;
using System.Text;

using Seckill.Cli.Demo;
using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Hosting.Identity;

namespace Seckill.Fuzz.Http;

/// <summary>Well-formed requests to every call of the OpenAPI document, with tokens, bodies, headers and parameters that are wrong.</summary>
sealed class HttpPart() : FuzzPart("http", 300)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    readonly ConcurrentBag<HttpConnection> _connections = [];
    readonly ConcurrentDictionary<string, long> _calls = new();
    IReadOnlyList<ApiCall> _all = [];
    HttpInputs _inputs = null!;
    IReadOnlyDictionary<string, string> _before = new Dictionary<string, string>();

    protected override async Task BeginAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(run.Api);
        var document = await connection.SendAsync("GET /openapi/v1.json HTTP/1.1\r\nHost: fuzz\r\n\r\n"u8.ToArray(), cancellationToken);
        _all = ApiCall.Read(document.Body);
        _inputs = new HttpInputs(run, _all, new HttpTokens(run));
        _before = await StateDigest.TakeAsync(run.Services, run.Watched.ActivityId, cancellationToken);
    }

    protected override async Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken)
    {
        var input = _inputs.Make(new Dice(run.Seed, Name, index));
        _calls.AddOrUpdate(input.Call.Name, 1, (_, count) => count + 1);
        if (!_connections.TryTake(out var connection))
            connection = new HttpConnection(run.Api);
        try
        {
            var answer = await connection.SendAsync(input.Bytes, cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
            Judge(run, result, index, input, answer);
            _connections.Add(connection);
        }
        catch (IOException exception)
        {
            connection.Dispose();
            result.Count("hung up");
            if (!input.MayClose && await IsRefusedAnewAsync(run, input, cancellationToken))
                run.Findings.Add($"hung up {input.Call.Name}", Name, index, $"{input.Call.Name} was not answered: {exception.Message}", input.Bytes);
        }
        catch (TimeoutException)
        {
            connection.Dispose();
            run.Findings.Add($"no answer {input.Call.Name}", Name, index, $"{input.Call.Name} was not answered within {Patience.TotalSeconds} s", input.Bytes);
        }
    }

    protected override async Task CompareAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken)
    {
        var after = await StateDigest.TakeAsync(run.Services, run.Watched.ActivityId, cancellationToken);
        if (StateDigest.Difference(_before, after) is { Length: > 0 } difference)
            run.Findings.Add("state", Name, first, $"Refused requests from number {first} on, before {next}, changed the state: {difference}", null);
        _before = after;
        run.CheckProcesses(Name);
        run.Say($"{Name}: {next} inputs");
    }

    protected override async Task EndAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        foreach (var connection in _connections)
            connection.Dispose();
        foreach (var call in _all.Where(x => run.Options.At is null && result.Inputs > 5000 && !_calls.ContainsKey(x.Name)))
            run.Findings.Add("not called", Name, -1, $"{call.Name} was never called", null);
        result.Count("calls of the document", _calls.Count);
        await run.Watched.OrderAsync(run.Token("good-http", Roles.Buyer), cancellationToken);
    }

    void Judge(FuzzRun run, PartResult result, long index, HttpInput input, HttpAnswer answer)
    {
        result.Count($"{answer.Status / 100}xx");
        if (input.Wrong is { } wrong)
            result.Count("wrong for certain: " + wrong);
        if (answer.Status >= 500)
            run.Findings.Add($"{answer.Status} {input.Call.Name}", Name, index, $"{input.Call.Name} was answered with {answer.Status}: {Text(answer)}", input.Bytes);
        else if (input.Wrong is { } accepted && answer.Status < 400)
            run.Findings.Add($"accepted {accepted} {input.Call.Name}", Name, index,
                $"{input.Call.Name} has a wrong {accepted}, and was answered with {answer.Status}: {Text(answer)}", input.Bytes);
        else if (answer.Status >= 400 && answer.Body.Length > 0 && answer.Member("code"u8) is null)
            run.Findings.Add($"no problem {input.Call.Name}", Name, index,
                $"{input.Call.Name} was refused with {answer.Status} and without a code: {Text(answer)}", input.Bytes);
    }

    /// <summary>The server may have closed a connection that was used before; on a new one it has to answer.</summary>
    static async Task<bool> IsRefusedAnewAsync(FuzzRun run, HttpInput input, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(run.Api);
        try
        {
            await connection.SendAsync(input.Bytes, cancellationToken);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    static string Text(HttpAnswer answer) => Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(300, answer.Body.Length)]);
}
