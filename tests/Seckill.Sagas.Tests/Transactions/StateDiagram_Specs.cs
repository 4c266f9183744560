using System.Text;

using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>
/// The picture in docs/state-machine.md is drawn from the table of <see cref="OrderTransactionMatrix_Specs"/>, each row of which the machine
/// is put through. (MassTransit's own graph joins an event to every state that it leads to from anywhere, and would show ways there are not.)
/// </summary>
public sealed class StateDiagram_Specs
{
    const string Begin = "```mermaid\n";
    const string End = "```\n";

    [Fact]
    public async Task Should_be_the_one_in_the_docs()
    {
        var path = Path.Combine(Checkout.Root, "docs", "state-machine.md");
        var text = await File.ReadAllTextAsync(path);
        var from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var to = text.IndexOf(End, from, StringComparison.Ordinal);
        var diagram = Draw();
        if (Environment.GetEnvironmentVariable("SECKILL_UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, text[..from] + diagram + text[to..]);
            return;
        }

        text[from..to].ShouldBe(diagram, "docs/state-machine.md is stale: run this test once with SECKILL_UPDATE_DOCS=1");
    }

    static string Draw()
    {
        var picture = new StringBuilder("stateDiagram-v2\n")
            .Append("  [*] --> Committed: Requested, and both participants agree\n")
            .Append("  [*] --> RolledBack: Requested, and one refuses\n");
        var moves = OrderTransactionMatrix_Specs.Pairs
            .Select(x => (From: (string)x[0], Event: (string)x[1], To: (string)x[2]))
            .Where(x => x.From != x.To)
            .GroupBy(x => (x.From, x.To), x => x.Event);
        foreach (var move in moves)
            picture.Append("  ").Append(move.Key.From).Append(" --> ").Append(move.Key.To).Append(": ").AppendJoin(", ", move).Append('\n');

        foreach (var state in new[] { TransactionStates.Paid, TransactionStates.RolledBack, TransactionStates.Cancelled, TransactionStates.Refunded })
            picture.Append("  ").Append(state).Append(" --> [*]\n");

        return picture.ToString();
    }
}
