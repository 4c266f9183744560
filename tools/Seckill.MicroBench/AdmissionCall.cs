using BenchmarkDotNet.Attributes;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

using StackExchange.Redis;

namespace Seckill.MicroBench;

/// <summary>What this process does to admit an order, without Redis: the keys and arguments of its call, and the way of that call in a group.</summary>
public class AdmissionCall
{
    const int Calls = 10_000;
    const int InFlight = 500;
    const int MaximumPerScript = 100;
    const long ActivityId = 1_790_000_000_000_001;

    readonly GroupedCalls<long, (RedisKey[] Keys, RedisValue[] Arguments), int> _nowhere = new(AnswerAsync, MaximumPerScript, TimeSpan.FromSeconds(5), TimeProvider.System);

    [Benchmark(OperationsPerInvoke = Calls)]
    public async Task<int> Ask()
    {
        var answered = 0;
        for (var wave = 0; wave < Calls / InFlight; wave++)
            answered += (await Task.WhenAll(Enumerable.Range(0, InFlight).Select(x => _nowhere.AskAsync(ActivityId, Call(x))))).Sum();
        return answered;
    }

    static (RedisKey[] Keys, RedisValue[] Arguments) Call(int number)
    {
        var (orderId, buyer) = (Guid.CreateVersion7(), $"bench-{ActivityId}-{number}");
        return (new StockKeys(ActivityId).ForOrder(orderId, buyer, buyer), [orderId.ToString("D"), 1, buyer, 1, 9_900, buyer]);
    }

    static async Task<IReadOnlyList<int>> AnswerAsync(long activityId, IReadOnlyList<(RedisKey[] Keys, RedisValue[] Arguments)> calls)
    {
        await Task.Yield();
        return [.. calls.Select(x => x.Keys.Length)];
    }
}
