using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>Keeps what is logged.</summary>
sealed class LogLines : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<(LogLevel Level, string Text)> All => _lines.ToList();

    public string Text => string.Join('\n', All.Select(x => x.Text));

    public bool Has(LogLevel level, string part) => All.Any(x => x.Level == level && x.Text.Contains(part, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Writer(_lines);

    public void Dispose()
    {
    }

    sealed class Writer(ConcurrentQueue<(LogLevel, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
