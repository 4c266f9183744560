using System.Globalization;
using System.Text;

using Microsoft.IdentityModel.Tokens;

using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;
using Seckill.Hosting.Identity;

namespace Seckill.Fuzz.Http;

/// <summary>Tokens of buyers and operators, and what is none. They are made beforehand: a signature costs more than a request.</summary>
sealed class HttpTokens(FuzzRun run)
{
    readonly string[] _buyers = [.. Enumerable.Range(0, 200).Select(x => run.Token(string.Create(CultureInfo.InvariantCulture, $"fuzz-{x}"), Roles.Buyer))];
    readonly string[] _operators = [.. Enumerable.Range(0, 8).Select(x => run.Token(string.Create(CultureInfo.InvariantCulture, $"operator-{x}"), Roles.Operator))];

    public string Buyer(Dice dice) => dice.Pick(_buyers);

    public string Operator(Dice dice) => dice.Pick(_operators);

    /// <summary>A header that is no good token; null for none.</summary>
    public string? Wrong(Dice dice)
    {
        var token = dice.Pick(_operators);
        var parts = token.Split('.');
        return dice.Number(0, 11) switch
        {
            0 => null,
            1 => "Bearer",
            2 => "Bearer " + Base64UrlEncoder.Encode(dice.Bytes(dice.Number(0, 300))),
            3 => "Basic " + Convert.ToBase64String(dice.Bytes(12)),
            4 => $"Bearer {parts[0]}.{parts[1]}.",
            5 => $"Bearer {parts[0]}.{parts[1]}.{Changed(dice, parts[2])}",
            6 => $"Bearer {parts[0]}.{Changed(dice, parts[1])}.{parts[2]}",
            7 => $"Bearer {Changed(dice, parts[0])}.{parts[1]}.{parts[2]}",
            8 => $"Bearer {Algorithm(dice)}.{parts[1]}.{(dice.Percent(50) ? "" : parts[2])}",
            9 => "Bearer " + token[..dice.Number(0, token.Length - 5)],
            10 => $"Bearer {token}.{parts[2]}",
            _ => "Bearer " + new string('.', dice.Number(1, 200)),
        };
    }

    static string Algorithm(Dice dice)
        => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes($"{{\"alg\":\"{dice.Pick(["none", "None", "HS256", "RS384", "ES256", "PS256", ""])}\",\"typ\":\"JWT\"}}"));

    /// <summary>With one character of the middle changed: the last one may hold bits that do not count.</summary>
    static string Changed(Dice dice, string text)
    {
        var at = dice.Number(0, text.Length - 3);
        return string.Concat(text.AsSpan(0, at), text[at] == 'A' ? "B" : "A", text.AsSpan(at + 1));
    }
}
