using FsCheck;
using FsCheck.Fluent;

using Seckill.Admission.Stock;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Orderings;

/// <summary>
/// Payments, time-outs, cancels, repeats, roll-backs by hand and late callbacks, in every ordering: the real saga on real stores against
/// <see cref="Fate"/>, after each step. SECKILL_SEED chooses the random ones; a failure names its seed and its shortest word.
/// </summary>
public sealed class Orderings_Specs(OrderingsFixture fixture) : IClassFixture<OrderingsFixture>
{
    /// <summary>Every word up to this many letters is tried.</summary>
    const int Exhaustive = 4;

    static readonly Happening[] Alphabet = Enum.GetValues<Happening>();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_lead_to_the_one_right_end_in_every_short_ordering(bool prepared)
    {
        var orders = Words(Exhaustive).Select(word => new OrderCase(prepared, word)).ToList();
        orders.Count.ShouldBe(6 + 36 + 216 + 1296);

        (await WalkAsync(orders)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_lead_to_the_one_right_end_when_each_happens_once_in_any_ordering()
    {
        var orders = Permutations(Alphabet).Select(word => new OrderCase(prepared: false, word)).ToList();
        orders.Count.ShouldBe(720);

        (await WalkAsync(orders)).ShouldBeEmpty();
    }

    [Fact]
    public void Should_lead_to_the_one_right_end_in_long_orderings()
    {
        var words = Gen.Elements(Alphabet).ArrayOf().Resize(16);
        var orders = Gen.Elements(false, true).SelectMany(prepared => words.Select(word => (Prepared: prepared, Word: word)));

        Prop.ForAll(orders.ToArbitrary(), async x => (await WalkAsync([new OrderCase(x.Prepared, x.Word)])).ShouldBeEmpty()).Check(Settings(40));
    }

    [Fact]
    public void Should_end_in_one_state_when_all_happens_at_the_same_time()
    {
        var words = Gen.Elements(Alphabet).ArrayOf().Resize(12);

        Prop.ForAll(words.ToArbitrary(), async word => (await TogetherAsync(new OrderCase(prepared: true, word))).ShouldBeEmpty()).Check(Settings(40));
    }

    static Config Settings(int runs)
    {
        var seed = ulong.Parse(Environment.GetEnvironmentVariable("SECKILL_SEED") ?? "1", System.Globalization.CultureInfo.InvariantCulture);
        return Config.QuickThrowOnFailure.WithMaxTest(runs).WithReplay(seed, 1UL);
    }

    /// <summary>Lets each order's word happen letter by letter, and compares after each.</summary>
    async Task<List<string>> WalkAsync(IReadOnlyList<OrderCase> orders)
    {
        var activityId = await fixture.BeginAsync(orders);
        var findings = new List<string>();
        for (var step = 0; step < orders.Max(x => x.Word.Count); step++)
        {
            var walking = orders.Where(x => x.Word.Count > step).ToList();
            await fixture.HappenAsync(activityId, [.. walking.Select(x => (x, x.Word[step]))]);
            var states = await fixture.StatesAsync(activityId);
            foreach (var order in walking)
            {
                order.Expected = order.Expected.After(order.Word[step]);
                if (states.GetValueOrDefault(order.OrderId) is var state && state != order.Expected.State)
                    findings.Add($"{order}: {state ?? "unknown"} after step {step + 1}, and should be {order.Expected.State ?? "unknown"}");
            }

            if (findings.Count > 0)
                return findings;
        }

        await CheckUnitsAsync(activityId, orders, findings);
        var refunds = fixture.Refunds();
        foreach (var order in orders)
        {
            Check(order, Happening.Paid, order.Expected.FirstReturned);
            Check(order, Happening.LateCallback, order.Expected.SecondReturned);
        }

        return findings;

        void Check(OrderCase order, Happening payment, bool returned)
        {
            if (refunds.Contains(order.PaymentId(payment)) != returned)
                findings.Add($"{order}: payment {payment} was {(returned ? "not " : "")}given back");
            if (order.Accepted.Contains(payment) != (returned || order.Expected.Kept == payment))
                findings.Add($"{order}: payment {payment} was accepted and neither kept nor given back, or the other way round");
        }
    }

    /// <summary>Which comes first is anybody's guess; what must hold whichever it was is not.</summary>
    async Task<List<string>> TogetherAsync(OrderCase order)
    {
        var activityId = await fixture.BeginAsync([order]);
        await fixture.HappenTogetherAsync(activityId, order);
        var findings = new List<string>();
        var state = (await fixture.StatesAsync(activityId))[order.OrderId];
        var mayBe = order.Word.Count == 0 ? [TransactionStates.Prepared] : EndsOf(order.Word);
        if (!mayBe.Contains(state))
            findings.Add($"{order}: {state}, which no ordering leads to");

        // A repeat of the request finishes what was in the way of each other, and changes nothing that is decided.
        order.Expected = new Fate(state).After(Happening.Requested);
        await fixture.HappenAsync(activityId, [(order, Happening.Requested)]);
        if ((await fixture.StatesAsync(activityId))[order.OrderId] is var repeated && repeated != order.Expected.State)
            findings.Add($"{order}: {repeated} after a repeat, and was {state}");

        await CheckUnitsAsync(activityId, [order], findings);
        var refunds = fixture.Refunds();
        var kept = order.Accepted.Where(x => !refunds.Contains(order.PaymentId(x))).ToList();
        if (kept.Count != (state == TransactionStates.Paid ? 1 : 0))
            findings.Add($"{order}: {state}, and of its accepted payments these were not given back: {string.Join(", ", kept)}");
        return findings;
    }

    /// <summary>Both stores hold exactly the units of the orders that stand, and Redis' record of each order says the same as MySQL's.</summary>
    async Task CheckUnitsAsync(long activityId, IReadOnlyList<OrderCase> orders, List<string> findings)
    {
        var (taken, stock) = (await fixture.TakenAsync(activityId), await fixture.StockAsync(activityId));
        var held = orders.Count(x => x.Expected.HoldsUnits);
        var sold = orders.Count(x => x.Expected.State is TransactionStates.Committed or TransactionStates.Paid);
        var reserved = orders.Count(x => x.Expected.State is null or TransactionStates.Prepared);
        if (taken != held)
            findings.Add($"MySQL has {taken} units taken, and {held} are held by orders");
        if (stock.Sold != sold || stock.Reserved != reserved || stock.Available != orders.Count - sold - reserved)
            findings.Add($"Redis has {stock}, and {sold} are sold and {reserved} reserved of {orders.Count}");
        foreach (var order in orders)
        {
            var expected = order.Expected.State switch
            {
                null => OrderEntryState.Admitted,
                TransactionStates.Prepared => OrderEntryState.Prepared,
                TransactionStates.Committed or TransactionStates.Paid => OrderEntryState.Committed,
                _ => OrderEntryState.Released,
            };
            if (await fixture.RecordAsync(order) is var record && record != expected)
                findings.Add($"{order}: its record in Redis is {record}, and should be {expected}");
        }
    }

    /// <summary>The states that some ordering of the letters leads to.</summary>
    static HashSet<string> EndsOf(IReadOnlyList<Happening> word)
    {
        // Of the same letters any order may come, and each counts as often as it is there at most.
        var seen = new HashSet<(Fate, string)>();
        var ends = new HashSet<string>();
        Go(new Fate(TransactionStates.Prepared), [.. word.Order()]);
        return ends;

        void Go(Fate fate, List<Happening> left)
        {
            if (!seen.Add((fate, string.Join(',', left))))
                return;
            if (left.Count == 0)
                ends.Add(fate.State!);
            foreach (var next in left.Distinct())
            {
                var rest = left.ToList();
                rest.Remove(next);
                Go(fate.After(next), rest);
                // When the commit comes between, its deadline is not reached yet, and the clock was early.
                if (next == Happening.TimedOut)
                    Go(fate, rest);
            }
        }
    }

    static IEnumerable<Happening[]> Words(int longest)
    {
        IEnumerable<Happening[]> words = [[]];
        for (var length = 1; length <= longest; length++)
        {
            words = [.. words.SelectMany(word => Alphabet.Select(letter => (Happening[])[.. word, letter]))];
            foreach (var word in words)
                yield return word;
        }
    }

    static IEnumerable<Happening[]> Permutations(Happening[] letters)
        => letters.Length == 0 ? [[]] : letters.SelectMany(letter => Permutations([.. letters.Where(x => x != letter)]).Select(rest => (Happening[])[letter, .. rest]));
}
