using System.Text;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Fuzz.Lua;

/// <summary>
/// Every Lua script with arguments of the wrong number, kind and size, each time in a fresh state. A call that fails or refuses must leave all as it was, and
/// whatever a call does, the stock must add up.
/// </summary>
sealed class LuaPart() : FuzzPart("lua", 320)
{
    /// <summary>Databases of the stock's server that nobody else uses: one for each input that is tried at the same time.</summary>
    const int FirstDatabase = 8;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static readonly RedisScript Setup = new("fuzz_setup", EmbeddedScript.Read(typeof(LuaPart).Assembly, "fuzz_setup.lua"));
    static readonly RedisScript Check = new("fuzz_check", EmbeddedScript.Read(typeof(LuaPart).Assembly, "fuzz_check.lua"));
    static readonly RedisValue[] SetupArguments = [.. ScriptCall.Orders.Select(x => (RedisValue)x)];

    ConnectionMultiplexer _redis = null!;

    public override bool NeedsSales => false;

    protected override int AtOnce => 8;

    protected override async Task BeginAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        var endpoint = run.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RedisOptions>>().Value.Stock;
        _redis = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions
        {
            EndPoints = { { endpoint.Host, endpoint.Port } },
            Password = endpoint.Password.Length == 0 ? null : endpoint.Password,
            AllowAdmin = true,
        });
        // So that the server knows them: what it does not know takes another round trip, and others overtake it.
        await Setup.EvaluateAsync(_redis.GetDatabase(FirstDatabase), [], SetupArguments, Patience, cancellationToken);
        await Check.EvaluateAsync(_redis.GetDatabase(FirstDatabase), [], [], Patience, cancellationToken);
    }

    protected override Task TryAllAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, AtOnce).Select(lane => Task.Run(
            async () =>
            {
                for (var index = first + lane; index < next; index += AtOnce)
                    await TryAsync(run, result, _redis.GetDatabase(FirstDatabase + lane), index, cancellationToken);
            },
            cancellationToken)));

    protected override Task TryAsync(FuzzRun run, PartResult result, long index, CancellationToken cancellationToken)
        => TryAsync(run, result, _redis.GetDatabase(FirstDatabase), index, cancellationToken);

    protected override Task CompareAsync(FuzzRun run, PartResult result, long first, long next, CancellationToken cancellationToken)
    {
        run.CheckProcesses(Name);
        run.Say($"{Name}: {next} inputs");
        return Task.CompletedTask;
    }

    protected override async Task EndAsync(FuzzRun run, PartResult result, CancellationToken cancellationToken)
    {
        for (var lane = 0; lane < AtOnce; lane++)
            await _redis.GetDatabase(FirstDatabase + lane).ExecuteAsync("FLUSHDB");
        await _redis.CloseAsync();
    }

    async Task TryAsync(FuzzRun run, PartResult result, IDatabase database, long index, CancellationToken cancellationToken)
    {
        var dice = new Dice(run.Seed, Name, index);
        var call = ScriptCall.Make(dice).Spoilt(dice);
        // In one go: the calls of a connection are carried out one after the other.
        var setup = Setup.EvaluateAsync(database, [], SetupArguments, Patience, cancellationToken);
        var before = Check.EvaluateAsync(database, [], [], Patience, cancellationToken);
        var answer = AnswerAsync(call, database, cancellationToken);
        try
        {
            await setup;
            var (digest, _) = Read(await before);
            var word = await answer;
            // After the call: the first call of a script that the server does not know takes another round trip.
            var (after, problems) = Read(await Check.EvaluateAsync(database, [], [], Patience, cancellationToken));
            Judge(run, result, index, call, word, digest != after, problems);
        }
        catch (TimeoutException exception)
        {
            run.Findings.Add("no answer", Name, index, $"{call.Name}, or one that was called at the same time, does not end: {exception.Message}", Encoding.UTF8.GetBytes(call.ToString()));
            // One that has written something can't be ended, and neither can the part then do anything more.
            await database.Multiplexer.GetDatabase(0).ExecuteAsync("SCRIPT", "KILL").WaitAsync(Patience, cancellationToken);
        }
        catch (RedisConnectionException exception)
        {
            run.Findings.Add("connection " + call.Name, Name, index, $"{call.Name}: {exception.Message}", Encoding.UTF8.GetBytes(call.ToString()));
        }
    }

    void Judge(FuzzRun run, PartResult result, long index, ScriptCall call, string word, bool changed, string problems)
    {
        var failed = word.StartsWith('!');
        var refused = failed || !(call.Changes.Contains(word) || call.Changes.Contains("*"));
        result.Count(failed ? "failed" : refused ? "refused, or read only" : "carried out");
        var input = Encoding.UTF8.GetBytes(call.ToString());
        if (refused && changed)
            run.Findings.Add($"{(failed ? "half" : word)} {call.Name}", Name, index, $"{call.Name} answered '{word}', and changed something", input);
        if (call.KeepsBooks && problems.Length > 0)
            run.Findings.Add($"books {call.Name}", Name, index, $"{call.Name} answered '{word}', and then {problems}", input);
    }

    /// <summary>The word that a script answers with, or ! and the error.</summary>
    static async Task<string> AnswerAsync(ScriptCall call, IDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await call.Script.EvaluateAsync(
                database, [.. call.Keys.Select(x => (RedisKey)x)], [.. call.Arguments.Select(x => (RedisValue)x)], Patience, cancellationToken);
            return call.IsGrouped ? GroupedWord(answer) : Word(answer);
        }
        catch (RedisServerException exception)
        {
            return "!" + exception.Message;
        }
    }

    static string GroupedWord(RedisResult answer)
    {
        var calls = (RedisResult[])((RedisResult[])answer!)[1]!;
        if (calls.Length == 0)
            return "nothing";

        // Of several calls that one counts which did the most.
        var words = calls.Select(x => (RedisResult[])x!).Select(x => (int)x[0] == 1 ? x.Length > 1 ? Word(x[1]) : "" : "!" + (string?)x[1]).ToList();
        return words.Count == 1 ? words[0] : words.FirstOrDefault(x => x is "admitted" or "prepared" or "reserved_again" or "committed" or "taken_again" or "released" or "empty" or "1") ?? words[0];
    }

    static string Word(RedisResult answer)
    {
        if (answer.IsNull)
            return "";
        try
        {
            return (RedisResult[]?)answer is { Length: > 0 } parts ? Word(parts[0]) : "";
        }
        catch (InvalidCastException)
        {
            return (string?)answer ?? "";
        }
    }

    static (string Digest, string Problems) Read(RedisResult answer) => (RedisResult[]?)answer is [var digest, var problems]
        ? ((string)digest!, (string)problems!)
        : throw new InvalidOperationException("The check answered with something else");
}
