using BenchmarkDotNet.Attributes;

using Seckill.Sagas.GroupCommit;

namespace Seckill.MicroBench;

/// <summary>What the group-commit writer itself costs a row: its batches are written nowhere.</summary>
public class GroupCommit
{
    const int Rows = 10_000;
    const int MaxBatch = 512;
    const int Capacity = 20_000;

    readonly Nothing _nowhere = new();

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<int> Write()
    {
        await using var writer = new GroupCommitWriter<int, int>(_nowhere, MaxBatch, Capacity, static _ => { }, "nowhere");
        var writes = new Task<int>[Rows];
        for (var i = 0; i < Rows; i++)
            writes[i] = writer.WriteAsync(i, CancellationToken.None);
        return (await Task.WhenAll(writes)).Length;
    }

    sealed class Nothing : IGroupCommitBatch<int, int>
    {
        public async Task ExecuteAsync(IReadOnlyList<PendingRow<int, int>> rows, CancellationToken cancellationToken)
        {
            await Task.Yield();
            foreach (var row in rows)
                row.SetOutcome(row.Row);
        }
    }
}
