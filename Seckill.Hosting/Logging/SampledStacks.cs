using System.Collections.Concurrent;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Seckill.Hosting.Logging;

/// <summary>
/// Keeps logs readable, and the disk from filling up, while thousands fail alike: of exceptions of one kind from one category the first in a minute are
/// logged with their stacks, the others with types and messages alone. No event is left out.
/// </summary>
sealed class SampledStacks(ILoggerFactory loggers, TimeProvider time) : ILoggerFactory
{
    /// <summary>Stacks a minute, of each category and kind.</summary>
    internal const int PerMinute = 10;

    readonly ConcurrentDictionary<(string Category, Type Outermost, Type Innermost), Minute> _minutes = new();

    /// <summary>Puts it between the loggers and all their providers.</summary>
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(
            x => new SampledStacks(ActivatorUtilities.CreateInstance<LoggerFactory>(x), x.GetRequiredService<TimeProvider>())));
    }

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, loggers.CreateLogger(categoryName));

    /// <inheritdoc/>
    public void Dispose() => loggers.Dispose();

    Exception Sample(string category, Exception exception)
    {
        var innermost = exception;
        while (innermost.InnerException is { } inner)
            innermost = inner;
        var minute = _minutes.GetOrAdd((category, exception.GetType(), innermost.GetType()), static _ => new Minute());
        return minute.TryTake(time.GetUtcNow().ToUnixTimeSeconds() / 60) ? exception : new StacklessException(exception);
    }

    sealed class Minute
    {
        readonly Lock _gate = new();
        long _number;
        int _taken;

        public bool TryTake(long number)
        {
            lock (_gate)
            {
                if (number != _number)
                    (_number, _taken) = (number, 0);
                return ++_taken <= PerMinute;
            }
        }
    }

    sealed class Logger(SampledStacks stacks, string category, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => logger.Log(
                logLevel, eventId, state, exception is null || !logger.IsEnabled(logLevel) ? exception : stacks.Sample(category, exception), formatter);
    }

    /// <summary>Stands for an exception in a log: its types and messages, without stacks.</summary>
#pragma warning disable CA1032, RCS1194 // It is never thrown.
    sealed class StacklessException(Exception exception) : Exception(exception.Message)
    {
        public override string ToString() => Text(exception) + Environment.NewLine + "   (stacks of the like are above)";

        static string Text(Exception exception)
            => $"{exception.GetType()}: {exception.Message}" + (exception.InnerException is { } inner ? $"{Environment.NewLine} ---> {Text(inner)}" : "");
    }
#pragma warning restore CA1032, RCS1194
}
