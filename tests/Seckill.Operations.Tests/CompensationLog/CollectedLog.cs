using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Seckill.Operations.Tests.CompensationLog;

/// <summary>What was logged, to wait for and to look at.</summary>
sealed class CollectedLog<T> : ILogger<T>
{
    readonly ConcurrentQueue<string> _messages = new();

    public IReadOnlyCollection<string> Messages => _messages;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _messages.Enqueue(formatter(state, exception));
}
