using Seckill.Kafka.Consuming;

namespace Seckill.Kafka.Tests;

public sealed class RetryPolicy_Specs
{
    readonly RetryPolicy _policy = new(
        new KafkaRetryOptions
        {
            Attempts = 4,
            InitialInterval = TimeSpan.FromMilliseconds(100),
            BackoffFactor = 2,
            MaxInterval = TimeSpan.FromMilliseconds(300),
        },
        exception => exception is TimeoutException,
        TimeSpan.FromSeconds(1));

    readonly FailureHistory _history = new();

    [Fact]
    public void Should_grow_the_wait_up_to_the_longest_and_then_give_up()
    {
        Wait(new InvalidOperationException()).ShouldBeInRange(90, 100);
        Wait(new InvalidOperationException()).ShouldBeInRange(180, 200);
        Wait(new InvalidOperationException()).ShouldBeInRange(270, 300);
        _policy.AfterFailure(new InvalidOperationException(), _history).ShouldBeNull();
    }

    [Fact]
    public void Should_never_give_up_on_a_transient_failure()
    {
        for (var i = 0; i < 2000; i++)
            Wait(new TimeoutException()).ShouldBeLessThanOrEqualTo(1000);
        Wait(new TimeoutException()).ShouldBeGreaterThanOrEqualTo(900);
    }

    [Fact]
    public void Should_find_a_transient_failure_inside_others()
    {
        var wrapped = new InvalidOperationException("outer", new AggregateException(new ArgumentException("first"), new TimeoutException("second")));
        for (var i = 0; i < 10; i++)
            _policy.AfterFailure(wrapped, _history).ShouldNotBeNull();
    }

    [Fact]
    public void Should_not_count_transient_failures_as_attempts()
    {
        for (var i = 0; i < 10; i++)
            _policy.AfterFailure(new TimeoutException(), _history);
        Wait(new InvalidOperationException()).ShouldBeInRange(90, 100);
    }

    double Wait(Exception exception) => _policy.AfterFailure(exception, _history).ShouldNotBeNull().TotalMilliseconds;
}
