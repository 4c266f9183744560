using Seckill.Contracts;

namespace Seckill.System.Tests.Audit;

/// <summary>Buyers and workers that write orders all the time, each by the way that the system would go, some of them to every end there is.</summary>
public sealed class RunningSale : IAsyncDisposable
{
    const int Writers = 12;

    readonly CancellationTokenSource _stop = new();
    readonly Books _books;
    readonly long _activityId;
    readonly List<Task> _writers;
    int _orders;

    RunningSale(Books books, long activityId)
    {
        _books = books;
        _activityId = activityId;
        _writers = [.. Enumerable.Range(0, Writers).Select(x => Task.Run(() => WriteAsync(new Random(x))))];
    }

    /// <summary>Orders that went all their way so far.</summary>
    public int Orders => Volatile.Read(ref _orders);

    /// <summary>A writer has ended before it was told to.</summary>
    public bool HasFailed => _writers.Any(x => x.IsCompleted);

    public static RunningSale Start(Books books, long activityId) => new(books, activityId);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_writers);
        _stop.Dispose();
    }

    async Task WriteAsync(Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            var order = Books.NewOrder(_activityId, quantity: random.Next(1, 3));
            await _books.AdmitAsync(order);
            switch (random.Next(10))
            {
                case 0:
                    await _books.PrepareMySqlAsync(order, "RolledBack", OrderStatus.Failed);
                    await _books.ReleaseRedisAsync(order, "reserved");
                    break;
                case 1 or 2:
                    await _books.PrepareAsync(order);
                    await _books.RollBackAsync(order);
                    break;
                case 3 or 4 or 5:
                    await _books.PrepareAsync(order);
                    await _books.CommitAsync(order);
                    await _books.CancelAsync(order);
                    break;
                case 6:
                    await _books.PrepareAsync(order);
                    await _books.CommitAsync(order);
                    await _books.MoveAsync(order, "Paid", OrderStatus.Paid);
                    break;
                default:
                    await _books.PrepareAsync(order);
                    await _books.CommitAsync(order);
                    break;
            }

            Interlocked.Increment(ref _orders);
        }
    }
}
