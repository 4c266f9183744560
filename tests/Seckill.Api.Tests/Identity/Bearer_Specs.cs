using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Seckill.Hosting.Identity;

namespace Seckill.Api.Tests.Identity;

[Collection(ApiCollection.Name)]
public sealed class Bearer_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    [Fact]
    public async Task Should_let_a_good_token_through() => (await SendAsync(Token())).ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task Should_ask_for_a_token()
        => (await SendAsync(null)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated").Headers["WWW-Authenticate"].ShouldBe("Bearer");

    [Theory]
    [InlineData("rubbish")]
    [InlineData("a.b.c")]
    [InlineData("")]
    public async Task Should_refuse_what_is_no_token(string token)
        => (await SendAsync(token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");

    [Fact]
    public async Task Should_refuse_an_expired_token()
    {
        var issuer = servers.Issuer(new ShiftedClock(TimeSpan.FromMinutes(-10)));

        (await SendAsync(issuer.Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(9)))).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated")
            ["detail"].ShouldBe("The token has expired");
    }

    [Fact]
    public async Task Should_forgive_clocks_that_differ_by_a_few_seconds()
    {
        var issuer = servers.Issuer(new ShiftedClock(TimeSpan.FromSeconds(10)));

        (await SendAsync(issuer.Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(1)))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Should_refuse_a_token_from_the_future()
    {
        var issuer = servers.Issuer(new ShiftedClock(TimeSpan.FromMinutes(5)));

        (await SendAsync(issuer.Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(1)))).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_another_issuers_token()
        => (await SendAsync(servers.Issuer(change: x => x.Issuer = "evil").Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(1))))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");

    [Fact]
    public async Task Should_refuse_a_token_for_another_audience()
        => (await SendAsync(servers.Issuer(change: x => x.Audience = "other").Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(1))))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");

    [Fact]
    public async Task Should_refuse_a_token_that_was_changed()
    {
        var parts = Token().Split('.');
        var claims = Encoding.UTF8.GetString(Base64UrlTextEncoder.Decode(parts[1])).Replace("buyer", "admin", StringComparison.Ordinal);

        (await SendAsync($"{parts[0]}.{Base64UrlTextEncoder.Encode(Encoding.UTF8.GetBytes(claims))}.{parts[2]}"))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_a_token_without_a_signature()
    {
        var claims = Token().Split('.')[1];
        var header = Base64UrlTextEncoder.Encode("""{"alg":"none","typ":"JWT"}"""u8.ToArray());

        (await SendAsync($"{header}.{claims}.")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_a_token_signed_with_the_public_key_as_a_shared_secret()
    {
        var pem = await File.ReadAllBytesAsync(Directory.GetFiles(servers.KeysPath, "*.pub.pem").Single());
        var token = Sign(new SigningCredentials(new SymmetricSecurityKey(pem) { KeyId = KeyId() }, SecurityAlgorithms.HmacSha256));

        (await SendAsync(token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_another_key_under_the_right_keys_name()
    {
        using var rsa = RSA.Create(2048);
        var token = Sign(new SigningCredentials(new RsaSecurityKey(rsa.ExportParameters(true)) { KeyId = KeyId() }, SecurityAlgorithms.RsaSha256));

        (await SendAsync(token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_the_right_key_with_another_algorithm()
    {
        var token = Sign(new SigningCredentials(SigningKeys.LoadDevelopmentPrivate(servers.KeysPath), SecurityAlgorithms.RsaSha512));

        (await SendAsync(token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_a_token_that_never_expires()
    {
        var claims = Claims();
        claims.Remove("exp");

        (await SendAsync(SignByHand(Header(), claims))).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("role", HttpStatusCode.OK, "operator", "buyer")]
    [InlineData("role", HttpStatusCode.OK, "buyer")]
    [InlineData("role", HttpStatusCode.Forbidden, "operator", "admin")]
    [InlineData("role", HttpStatusCode.Forbidden)]
    [InlineData("sub", HttpStatusCode.Unauthorized, "alice")]
    [InlineData("sub", HttpStatusCode.Unauthorized, "alice", "bob")]
    [InlineData("sub", HttpStatusCode.Unauthorized)]
    public async Task Should_read_a_claim_that_is_a_list(string claim, HttpStatusCode expected, params string[] values)
    {
        var claims = Claims();
        claims[claim] = values;
        var token = SignByHand(Header(), claims);

        // The second time it may be known.
        for (var i = 0; i < 2; i++)
            (await SendAsync(token)).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData("nbf", null)]
    [InlineData("exp", 253_402_300_799)]
    [InlineData("exp", 99_999_999_999_999)]
    [InlineData("nbf", 0L)]
    public async Task Should_let_a_token_through_whose_beginning_or_end_is_out_of_sight(string claim, long? value)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (value is { } time)
            claims[claim] = time;
        var token = SignByHand(Header(), claims);

        // The second time it is known.
        for (var i = 0; i < 2; i++)
            (await SendAsync(token)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("../../../dev/null")]
    [InlineData("' OR 1=1 --")]
    [InlineData("dev-signing.pub.pem")]
    public async Task Should_refuse_a_foreign_key_under_whatever_name(string name)
    {
        using var rsa = RSA.Create(2048);

        (await SendAsync(Sign(new SigningCredentials(new RsaSecurityKey(rsa.ExportParameters(true)) { KeyId = name }, SecurityAlgorithms.RsaSha256))))
            .ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Should_refuse_a_key_that_the_token_brings_along()
    {
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportParameters(false);
        var token = SignByHand(
            new
            {
                alg = "RS256",
                typ = "JWT",
                kid = KeyId(),
                jwk = new { kty = "RSA", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent), kid = KeyId() },
                jku = "http://127.0.0.1:9/keys",
                x5u = "http://127.0.0.1:9/certificate",
            },
            Claims(), rsa);

        (await SendAsync(token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("")]
    [InlineData("HS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task Should_refuse_a_good_signature_under_another_algorithms_name(string algorithm)
    {
        var token = SignByHand(new { alg = algorithm, typ = "JWT", kid = KeyId() }, Claims());

        (await SendAsync(token)).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task Should_refuse_a_subject_that_is_not_allowed(string? subject)
    {
        var key = new SigningCredentials(SigningKeys.LoadDevelopmentPrivate(servers.KeysPath), SecurityAlgorithms.RsaSha256);

        (await SendAsync(Sign(key, subject))).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [InlineData("GET", "/api/transactions", Roles.Buyer)]
    [InlineData("POST", "/api/transactions/019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877/rollback", Roles.Buyer)]
    [InlineData("POST", "/api/activities/1/orders", Roles.Operator)]
    [InlineData("GET", "/api/orders", Roles.Admin)]
    public async Task Should_refuse_a_role_that_may_not(string method, string path, string role)
        => (await _api.SendAsync(new HttpMethod(method), path, "{}", "somebody", role)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");

    [Fact]
    public async Task Should_accept_tokens_of_every_key_in_the_directory()
    {
        var folder = Directory.CreateTempSubdirectory("seckill-keys-").FullName;
        try
        {
            using var rsa = RSA.Create(2048);
            var key = new RsaSecurityKey(rsa.ExportParameters(true));
            key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
            await File.WriteAllTextAsync(Path.Combine(folder, "issuer-2026.pub.pem"), rsa.ExportSubjectPublicKeyInfoPem());
            foreach (var file in Directory.GetFiles(servers.KeysPath, "*.pub.pem"))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            await using var api = await ApiHost.StartAsync(servers, [("Auth:KeysPath", folder)]);

            foreach (var token in new[] { Token(), Sign(new SigningCredentials(key, SecurityAlgorithms.RsaSha256)) })
                (await SendAsync(token, api)).ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    Task<ApiAnswer> SendAsync(string? token, ApiHost? api = null)
        => (api ?? _api).SendAsync(HttpMethod.Get, "/api/orders", headers: token is null ? null : [("Authorization", "Bearer " + token)]);

    string Token() => servers.Issuer().Issue("alice", Roles.Buyer, TimeSpan.FromMinutes(1));

    string KeyId() => SigningKeys.LoadPublic(servers.KeysPath).Single().KeyId;

    object Header() => new { alg = "RS256", typ = "JWT", kid = KeyId() };

    static Dictionary<string, object> Claims() => new()
    {
        ["iss"] = "seckill",
        ["aud"] = "seckill-api",
        ["sub"] = "alice",
        ["role"] = "buyer",
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds(),
    };

    /// <summary>Header and claims as they are given, with a signature that fits them by RS256 and, unless it is another, the right key.</summary>
    string SignByHand(object header, object claims, RSA? key = null)
    {
        var signed = Base64UrlEncoder.Encode(JsonSerializer.SerializeToUtf8Bytes(header)) + "." + Base64UrlEncoder.Encode(JsonSerializer.SerializeToUtf8Bytes(claims));
        using var right = RSA.Create(SigningKeys.LoadDevelopmentPrivate(servers.KeysPath).Parameters);
        return signed + "." + Base64UrlEncoder.Encode((key ?? right).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    static string Sign(SigningCredentials key, string? subject = "alice") => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "seckill",
        Audience = "seckill-api",
        Expires = DateTime.UtcNow.AddMinutes(1),
        Claims = subject is null
            ? new Dictionary<string, object> { ["role"] = "buyer" }
            : new Dictionary<string, object> { ["role"] = "buyer", ["sub"] = subject },
        SigningCredentials = key,
    });
}
