using Seckill.Faults;

namespace Seckill.Sagas.Tests.Faults;

public class FaultsByChance_Specs
{
    static readonly FaultPoint Point = KnownPoints.AfterDecision;

    [Fact]
    public async Task Should_decide_alike_with_the_same_seed()
    {
        var first = await DecisionsAsync(Point, "throw:p0.3", seed: 7);

        (await DecisionsAsync(Point, "throw:p0.3", seed: 7)).ShouldBe(first);
        (await DecisionsAsync(Point, "lost:p0.3", seed: 7)).ShouldBe(first, "the kind of fault has no part in the decision");
    }

    [Fact]
    public async Task Should_decide_otherwise_with_another_seed_and_at_another_point()
    {
        var first = await DecisionsAsync(Point, "throw:p0.3", seed: 7);

        (await DecisionsAsync(Point, "throw:p0.3", seed: 8)).ShouldNotBe(first);
        (await DecisionsAsync(KnownPoints.AfterPrepared, "throw:p0.3", seed: 7)).ShouldNotBe(first);
    }

    [Theory]
    [InlineData("throw:p0.01", 0.01)]
    [InlineData("throw:p0.5", 0.5)]
    [InlineData("throw:p0.9", 0.9)]
    public async Task Should_happen_about_as_often_as_asked_for(string fault, double probability)
    {
        var decisions = await DecisionsAsync(Point, fault, seed: 1, passes: 20_000);

        // Five standard deviations, of a sequence that is always the same.
        var deviation = Math.Sqrt(20_000 * probability * (1 - probability));
        ((double)decisions.Count(x => x)).ShouldBe(20_000 * probability, 5 * deviation);
    }

    [Fact]
    public async Task Should_decide_by_the_number_of_the_pass_whatever_threads_do()
    {
        var alone = await DecisionsAsync(Point, "throw:p0.2", seed: 3, passes: 4000);
        var faults = ArmedFaults.At(Point, "throw:p0.2", [], seed: 3);

        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var hits = 0;
            for (var pass = 0; pass < 500; pass++)
                hits += await HitsAsync(faults, Point, Guid.Empty, null) ? 1 : 0;
            return hits;
        })));

        together.Sum().ShouldBe(alone.Count(x => x));
    }

    [Fact]
    public async Task Should_not_decide_alike_for_each_order_of_some_buyers()
    {
        var faults = ArmedFaults.At(Point, "throw:p0.5@fail-", []);
        var hits = 0;
        for (var order = 0; order < 100; order++)
            hits += await HitsAsync(faults, Point, Guid.NewGuid(), "fail-1") ? 1 : 0;

        hits.ShouldBeInRange(20, 80);
    }

    static async Task<List<bool>> DecisionsAsync(FaultPoint point, string fault, long seed, int passes = 200)
    {
        var faults = ArmedFaults.At(point, fault, [], seed);
        var decisions = new List<bool>(passes);
        for (var pass = 0; pass < passes; pass++)
            decisions.Add(await HitsAsync(faults, point, Guid.Empty, null));

        return decisions;
    }

    static async Task<bool> HitsAsync(FaultPoints faults, FaultPoint point, Guid orderId, string? buyerId)
    {
        try
        {
            await faults.PassAsync(point, orderId, buyerId);
            return false;
        }
        catch (Exception exception) when (exception is InjectedFaultException or LostReplyException)
        {
            return true;
        }
    }
}
