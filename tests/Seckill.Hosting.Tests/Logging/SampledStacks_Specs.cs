using System.Collections.Concurrent;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Hosting.Logging;
using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Logging;

public sealed class SampledStacks_Specs : IAsyncLifetime, IDisposable
{
    const int Many = 1000;

    readonly ManualClock _clock = new();
    readonly Recorder _recorder = new();
    WebApplication _app = null!;
    ILogger _log = null!;

    public Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.AddSeckillLogging("test");
        builder.Logging.AddProvider(_recorder);
        _app = builder.Build();
        _log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("orders");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public void Should_log_every_failure_and_the_stacks_of_some()
    {
        Fail(Many, Redis);

        _recorder.Lines.Count.ShouldBe(Many);
        _recorder.Lines.Select(x => x.Message).Distinct().Count().ShouldBe(Many, "each says which order it was");
        _recorder.Lines.Count(x => HasStack(x.Exception)).ShouldBe(SampledStacks.PerMinute);
        _recorder.Lines.ShouldAllBe(x => x.Exception!.Contains("the socket is closed"), "the cause is never left out");
    }

    [Fact]
    public void Should_log_stacks_again_in_the_next_minute()
    {
        Fail(Many, Redis);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Fail(Many, Redis);

        _recorder.Lines.Count(x => HasStack(x.Exception)).ShouldBe(2 * SampledStacks.PerMinute);
    }

    [Fact]
    public void Should_not_lose_what_is_rare_among_what_is_frequent()
    {
        Fail(Many, Redis);
        Fail(1, () => new InvalidOperationException("the order failed", new FormatException("a bug")));
        _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("payments").LogWarning(Thrown(Redis), "Payment failed");

        _recorder.Lines.TakeLast(2).ShouldAllBe(x => HasStack(x.Exception));
    }

    [Fact]
    public void Should_leave_lines_without_an_exception_as_they_are()
    {
        for (var i = 0; i < Many; i++)
            _log.LogWarning("Order {Order} is late", i);

        _recorder.Lines.Count.ShouldBe(Many);
        _recorder.Lines.ShouldAllBe(x => x.Exception == null);
    }

    void Fail(int times, Func<Exception> failure)
    {
        for (var i = 0; i < times; i++)
            _log.LogWarning(Thrown(failure), "Order {Order} failed", i);
    }

    static InvalidOperationException Redis() => new("the order failed", new IOException("the socket is closed"));

    static Exception Thrown(Func<Exception> failure)
    {
        try
        {
            throw failure();
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    static bool HasStack(string? text) => text!.Contains("   at " + typeof(SampledStacks_Specs).FullName, StringComparison.Ordinal);

    sealed class Recorder : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(string Message, string? Exception)> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Enqueue((formatter(state, exception), exception?.ToString()));

        public void Dispose()
        {
        }
    }
}
