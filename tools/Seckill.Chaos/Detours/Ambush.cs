namespace Seckill.Chaos.Detours;

/// <summary>Waits until what is sent to a server ends with certain bytes. Once they are passed on, no answer comes back before something was done, nor after it.</summary>
sealed class Ambush(byte[] words, Func<Task> act)
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _seen;

    /// <summary>Ends when it was done, or has failed.</summary>
    public Task Done => _done.Task;

    /// <summary>Whether answers are held back.</summary>
    public bool Holds => Volatile.Read(ref _seen) == 1;

    /// <summary>Whether this piece is the first that ends so: from now on answers are held back.</summary>
    public bool Sees(ReadOnlySpan<byte> piece) => piece.EndsWith(words) && Interlocked.Exchange(ref _seen, 1) == 0;

    public async Task ActAsync()
    {
        try
        {
            await act().ConfigureAwait(false);
            _done.TrySetResult();
        }
        catch (Exception exception) when (_done.TrySetException(exception))
        {
            // Whoever waits for it hears of it.
        }
    }
}
