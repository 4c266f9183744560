namespace Seckill.Bench.Load;

/// <summary>Says how far a long load is, every few seconds until disposed of, and gives up on one that stands still.</summary>
sealed class Progress : IAsyncDisposable
{
    /// <summary>How long nothing may move.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource _stop;
    readonly Timer _timer;
    int _before;
    int _still;

    public Progress(string what, int total, Func<int> done, Action<FormattableString> say, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = new Timer(_ =>
        {
            var now = done();
            say($"{what}: {now} of {total}, {(now - _before) / Interval.TotalSeconds:0}/s");
            _still = now == _before ? _still + 1 : 0;
            _before = now;
            if (_still * Interval < Patience)
                return;

            IsStalled = true;
            _stop.Cancel();
        }, null, Interval, Interval);
    }

    /// <summary>Cancelled when the load stands still.</summary>
    public CancellationToken Token => _stop.Token;

    public bool IsStalled { get; private set; }

    public async ValueTask DisposeAsync()
    {
        // Returns when no tick runs any more: none is to touch what comes after.
        await _timer.DisposeAsync();
        _stop.Dispose();
    }
}
