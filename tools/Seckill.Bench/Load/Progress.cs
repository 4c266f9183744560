namespace Seckill.Bench.Load;

/// <summary>Says how far a long load is, every few seconds until disposed of.</summary>
sealed class Progress : IDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    readonly Timer _timer;
    int _before;

    public Progress(string what, int total, Func<int> done, Action<FormattableString> say)
    {
        _timer = new Timer(_ =>
        {
            var now = done();
            say($"{what}: {now} of {total}, {(now - _before) / Interval.TotalSeconds:0}/s");
            _before = now;
        }, null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();
}
