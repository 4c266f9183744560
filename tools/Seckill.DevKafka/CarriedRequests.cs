namespace Seckill.DevKafka;

/// <summary>Counts the requests of a connection that somebody else has to answer, so that an answer of one's own waits for its turn.</summary>
sealed class CarriedRequests
{
    readonly Lock _lock = new();
    int _unanswered;
    TaskCompletionSource? _allAnswered;

    public void Add()
    {
        lock (_lock)
            _unanswered++;
    }

    public void OnAnswered()
    {
        lock (_lock)
        {
            if (--_unanswered > 0)
                return;
            _allAnswered?.SetResult();
            _allAnswered = null;
        }
    }

    /// <summary>Completes when none is left. Called by who adds them, so that none is added meanwhile.</summary>
    public Task AllAnsweredAsync()
    {
        lock (_lock)
            return _unanswered <= 0 ? Task.CompletedTask : (_allAnswered ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
