using Microsoft.Extensions.Primitives;

using Seckill.Api.Http;

namespace Seckill.Api.Tests.Http;

public sealed class Preferences_Specs
{
    const int Maximum = 30;

    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("Wait = 10", 10)]
    [InlineData("wait=\"10\"", 10)]
    [InlineData("respond-async,wait=7", 7)]
    [InlineData("respond-async; foo=bar , wait=7; foo", 7)]
    [InlineData("wait=31", Maximum)]
    [InlineData("wait=99999999999", Maximum)]
    [InlineData("wait=5, wait=9", 5)]
    public void Should_read_how_long_the_client_would_wait(string prefer, int seconds) => Preferences.WaitSeconds(prefer, Maximum).ShouldBe(seconds);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=0")]
    [InlineData("wait=-5")]
    [InlineData("wait=1.5")]
    [InlineData("wait=99999999999999999999")]
    [InlineData("waiting=5")]
    [InlineData("handling=lenient")]
    [InlineData(",;=,;=")]
    [InlineData("wait=x, wait=5")]
    public void Should_take_what_it_cannot_read_for_nothing(string? prefer) => Preferences.WaitSeconds(prefer, Maximum).ShouldBeNull();

    [Fact]
    public void Should_look_through_every_line()
        => Preferences.WaitSeconds(new StringValues(["respond-async", "wait=4"]), Maximum).ShouldBe(4);
}
