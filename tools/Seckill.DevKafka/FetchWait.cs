namespace Seckill.DevKafka;

/// <summary>A fetch that waits until so many bytes have come.</summary>
/// <param name="missing">How many bytes it wants still.</param>
sealed class FetchWait(int missing)
{
    readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _missing = missing;

    /// <summary>Records were stored; under the store's lock.</summary>
    public void OnAppended(int bytes)
    {
        _missing -= bytes;
        if (_missing <= 0)
            _enough.TrySetResult();
    }

    /// <summary>Completes when enough has come, or the time is up.</summary>
    public async Task EndAsync(TimeSpan atMost)
    {
        using var patience = new CancellationTokenSource();
        await Task.WhenAny(_enough.Task, Task.Delay(atMost, patience.Token)).ConfigureAwait(false);
        await patience.CancelAsync().ConfigureAwait(false);
    }
}
