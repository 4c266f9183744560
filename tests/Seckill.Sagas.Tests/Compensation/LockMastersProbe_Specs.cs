using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Sagas.Circuit;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>The lock masters are there when a quorum of them is, whatever the others do.</summary>
public sealed class LockMastersProbe_Specs
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan NoAnswer = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Should_not_wait_for_a_master_that_hangs_when_the_others_answer()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync();
        await using var hanging = await RedisServer.StartAsync();
        await using var connections = new RedisConnections(Options.Create(new RedisOptions
        {
            Locks = [.. new[] { hanging, first, second }.Select(x => new RedisEndpoint { Host = RedisServer.Host, Port = x.Port })],
        }), TimeProvider.System, NullLogger<RedisConnection>.Instance);
        var probe = new LockMastersProbe(connections);
        await probe.ProbeAsync(CancellationToken.None).WaitAsync(Patience);

        await hanging.FreezeAsync();
        await probe.ProbeAsync(CancellationToken.None).WaitAsync(Patience);

        await second.FreezeAsync();
        await Should.ThrowAsync<TimeoutException>(() => probe.ProbeAsync(CancellationToken.None).WaitAsync(NoAnswer));
        await second.ThawAsync();
        await probe.ProbeAsync(CancellationToken.None).WaitAsync(Patience);
    }
}
