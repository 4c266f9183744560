namespace Seckill.Admission.Redis;

/// <summary>
/// Calls of Redis that travel together: whatever came while the last ones were on their way. There is no timer, so a lone call does not wait. What a
/// call costs beside its own work, in this process and in Redis, is shared by all that travel with it.
/// </summary>
/// <param name="send">Sends calls that belong together, and answers them in their order.</param>
/// <param name="maximum">Calls that are sent with one another.</param>
/// <param name="timeout">How long a call may wait to be sent; <paramref name="send"/> has a time-out of its own.</param>
/// <param name="time">The clock.</param>
sealed class GroupedCalls<TKey, TCall, TAnswer>(
    Func<TKey, IReadOnlyList<TCall>, Task<IReadOnlyList<TAnswer>>> send, int maximum, TimeSpan timeout, TimeProvider time)
    where TKey : notnull
{
    readonly Lock _gate = new();
    List<Waiting> _waiting = [];
    bool _running;

    /// <summary>The answer to a call.</summary>
    /// <exception cref="TimeoutException">The calls before it took too long: it was not sent.</exception>
    /// <exception cref="Exception">Whatever <c>send</c> throws.</exception>
    public Task<TAnswer> AskAsync(TKey key, TCall call)
    {
        var waiting = new Waiting(key, call, time.GetTimestamp());
        lock (_gate)
        {
            _waiting.Add(waiting);
            if (_running)
                return waiting.Answer.Task;

            _running = true;
        }

        // The caller is a request, and may have more to do than to send for others. Behind all that is ready to run by now: what came together calls together.
        _ = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        return waiting.Answer.Task;
    }

    async Task RunAsync()
    {
        while (true)
        {
            List<Waiting> round;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _running = false;
                    return;
                }

                (round, _waiting) = (_waiting, []);
            }

            await SendRoundAsync(round).ConfigureAwait(false);
        }
    }

    Task SendRoundAsync(List<Waiting> round)
    {
        // In a sale nearly all that comes together is for one activity.
        var comparer = EqualityComparer<TKey>.Default;
        return round.Count <= maximum && round.TrueForAll(x => comparer.Equals(x.Key, round[0].Key))
            ? SendAsync(round)
            : Task.WhenAll(round.GroupBy(x => x.Key).SelectMany(x => x.Chunk(maximum)).Select(SendAsync));
    }

    async Task SendAsync(IReadOnlyList<Waiting> calls)
    {
        var inTime = new List<Waiting>(calls.Count);
        foreach (var call in calls)
        {
            if (time.GetElapsedTime(call.Since) < timeout)
                inTime.Add(call);
            else
                call.Answer.SetException(new TimeoutException($"The calls of Redis before this one took longer than {timeout.TotalSeconds} s: it was not sent"));
        }

        if (inTime.Count == 0)
            return;

        try
        {
            var answers = await send(inTime[0].Key, inTime.ConvertAll(x => x.Call)).ConfigureAwait(false);
            for (var i = 0; i < inTime.Count; i++)
                inTime[i].Answer.SetResult(answers[i]);
        }
        catch (Exception exception)
        {
            foreach (var call in inTime)
                call.Answer.TrySetException(exception);
        }
    }

    sealed class Waiting(TKey key, TCall call, long since)
    {
        public TKey Key { get; } = key;

        public TCall Call { get; } = call;

        public long Since { get; } = since;

        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
