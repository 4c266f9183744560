namespace Seckill.Chaos.Running;

/// <summary>
/// What starts and ends the processes: the script that started this one. It is told a line for each order (the order, names with commas between, settings), and
/// answers with a line.
/// </summary>
sealed class Stage : IDisposable
{
    readonly SemaphoreSlim _turn = new(1);
    readonly StreamWriter _orders;
    readonly StreamReader _answers;

    public Stage(FileInfo orders, FileInfo answers)
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(answers);
        _orders = new StreamWriter(new FileStream(orders.FullName, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        _answers = new StreamReader(new FileStream(answers.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
    }

    /// <summary>Starts servers with the data that they have; they answer when this returns.</summary>
    public Task StartServersAsync(params string[] names) => OrderAsync("start-server", names, []);

    /// <summary>Starts programs; they are ready when this returns.</summary>
    public Task StartAsync(IReadOnlyCollection<string> names, IEnumerable<KeyValuePair<string, string>> settings)
        => OrderAsync("start", names, settings.Select(x => $"{x.Key}={x.Value}"));

    /// <summary>Asks them to end, and waits.</summary>
    public Task StopAsync(params string[] names) => OrderAsync("stop", names, []);

    /// <summary>Ends them at once, with their children.</summary>
    public Task KillAsync(params string[] names) => OrderAsync("kill", names, []);

    /// <summary>SIGSTOP.</summary>
    public Task PauseAsync(params string[] names) => OrderAsync("pause", names, []);

    /// <summary>SIGCONT.</summary>
    public Task ResumeAsync(params string[] names) => OrderAsync("resume", names, []);

    public void Dispose()
    {
        _orders.Dispose();
        _answers.Dispose();
        _turn.Dispose();
    }

    async Task OrderAsync(string order, IReadOnlyCollection<string> names, IEnumerable<string> settings)
    {
        if (names.Count == 0)
            return;

        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var asked = $"{order} {string.Join(',', names)}";
            await _orders.WriteLineAsync(string.Join(' ', settings.Prepend(asked))).ConfigureAwait(false);
            // Reading a pipe blocks the thread that does it.
            var answer = await Task.Run(_answers.ReadLine).ConfigureAwait(false);
            if (answer != $"done {asked}")
                throw new StageException($"'{asked}' was not done ({answer ?? "no answer"}): chaos-orders.log says why");
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>A process could not be started or ended.</summary>
sealed class StageException(string message) : InvalidOperationException(message);
