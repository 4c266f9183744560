using System.Security.Claims;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Api.Identity;
using Seckill.Hosting.Identity;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Identity;

[Collection(ApiCollection.Name)]
public sealed class BearerTokens_Specs(ApiServers servers)
{
    readonly BearerTokens _tokens = servers.Api.Services.GetRequiredService<BearerTokens>();

    [Fact]
    public async Task Should_say_the_same_of_a_token_however_often_it_comes()
    {
        var token = servers.Issuer().Issue("alice", Roles.Operator, TimeSpan.FromMinutes(5));

        var first = (await _tokens.VerifyAsync("Bearer " + token)).ShouldNotBeNull();
        var again = (await _tokens.VerifyAsync("bearer  " + token + " ")).ShouldNotBeNull();

        foreach (var user in (ClaimsPrincipal[])[first, again])
        {
            user.Subject().ShouldBe("alice");
            user.IsOperator().ShouldBeTrue();
            user.IsInRole(Roles.Buyer).ShouldBeFalse();
            user.Identity!.IsAuthenticated.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Should_not_take_one_token_for_another()
    {
        var token = servers.Issuer().Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(5));
        (await _tokens.VerifyAsync("Bearer " + token)).ShouldNotBeNull();

        var signature = token.LastIndexOf('.') + 1;
        var changed = token[..signature] + (token[signature] == 'A' ? 'B' : 'A') + token[(signature + 1)..];

        (await _tokens.VerifyAsync("Bearer " + changed)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWxpY2U6c2VjcmV0")]
    public async Task Should_know_nobody_without_a_token(string? authorization) => (await _tokens.VerifyAsync(authorization)).ShouldBeNull();

    [Fact]
    public async Task Should_refuse_a_token_that_it_knows_once_it_has_expired()
    {
        // Expired 25 seconds ago, which is forgiven for another five.
        var token = servers.Issuer(new ShiftedClock(TimeSpan.FromSeconds(-85))).Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(1));
        (await _tokens.VerifyAsync("Bearer " + token)).ShouldNotBeNull();

        await Eventually.HoldsAsync(async () => await _tokens.VerifyAsync("Bearer " + token) is null, "the token is refused");
    }
}
