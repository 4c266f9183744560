using System.Globalization;
using System.Text;

using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;

namespace Seckill.Fuzz.Http;

/// <summary>One request.</summary>
/// <param name="Call">The call that it is meant for.</param>
/// <param name="Bytes">The request, byte by byte.</param>
/// <param name="Wrong">What is wrong with it for certain, so that it must be refused; null when it may be right.</param>
/// <param name="MayClose">The server may hang up instead of answering.</param>
sealed record HttpInput(ApiCall Call, byte[] Bytes, string? Wrong, bool MayClose);

/// <summary>Makes requests. Those that are wrong for certain are aimed at what is watched, the others at what may change.</summary>
sealed class HttpInputs(FuzzRun run, IReadOnlyList<ApiCall> calls, HttpTokens tokens)
{
    static readonly string[] Wrongs = ["token", "role", "no object", "wrong kind", "unknown field", "content type", "unknown id", "value", "query"];

    readonly ApiCall _placeOrder = calls.First(x => x.Name == "PlaceOrder");

    public HttpInput Make(Dice dice)
    {
        var call = dice.Percent(35) ? _placeOrder : dice.Pick(calls);
        var wrong = dice.Percent(75) ? Applicable(call, dice.Pick(Wrongs)) : null;
        // Whoever has no secret can't sign what the payment provider would.
        wrong ??= call.Name == "PaymentCallback" ? "signature" : null;
        var sale = wrong is null ? run.Open : run.Watched;
        var order = dice.Number(0, sale.Orders.Count - 1);
        var path = call.PathParameters.Aggregate(call.Path, (path, name) => Fill(dice, path, name, wrong, sale, order));
        var head = new StringBuilder($"{call.Method} {path}{Query(dice, call, wrong)} HTTP/1.1\r\nHost: fuzz\r\n");
        if (Authorization(dice, call, wrong, sale, order) is { } authorization)
            head.Append("Authorization: ").Append(authorization).Append("\r\n");
        if (call == _placeOrder && dice.Percent(50))
            head.Append("Idempotency-Key: ").Append(dice.Percent(80) ? $"k{dice.Number(0, 99_999_999)}" : Line(Strange.Text(dice))).Append("\r\n");
        if (call.Name == "PaymentCallback" && dice.Percent(80))
            head.Append(CultureInfo.InvariantCulture, $"X-Payment-Signature: t={Strange.Number(dice)},v1={Convert.ToHexString(dice.Bytes(dice.Number(0, 40)))}\r\n");
        var mayClose = dice.Percent(25) && AddOddHeaders(dice, head);

        var body = Body(dice, call, wrong);
        if (body is null)
            return new HttpInput(call, Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), wrong, mayClose);

        // As long as it is said to be, and now and then too long for anybody.
        if (dice.OneIn(4000))
            (body, mayClose) = ([.. body, .. Enumerable.Repeat((byte)' ', 2 << 20)], true);
        if (ContentType(dice, wrong) is { } type)
            head.Append("Content-Type: ").Append(type).Append("\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        return new HttpInput(call, [.. Encoding.Latin1.GetBytes(head.ToString()), .. body], wrong, mayClose);
    }

    /// <summary>The wrong that was chosen, if this call can have it; else one that it can have, or null.</summary>
    static string? Applicable(ApiCall call, string wrong) => wrong switch
    {
        "token" => call.IsSecured ? wrong : null,
        "role" => call.IsSecured && !call.IsForBuyers ? wrong : Applicable(call, "token"),
        "no object" or "wrong kind" or "unknown field" or "content type" => call.Body is null || call.Path.Contains("alertmanager", StringComparison.Ordinal)
            ? Applicable(call, "unknown id") : wrong,
        "unknown id" => call.PathParameters.Any() ? wrong : Applicable(call, "token"),
        "value" => call.Name == "PlaceOrder" ? wrong : Applicable(call, "unknown id"),
        _ => call.Method == "GET" && call.Query.Count > 0 ? wrong : Applicable(call, "unknown id"),
    };

    static string Fill(Dice dice, string path, string name, string? wrong, Sale sale, int order)
    {
        var at = path.IndexOf('{' + name, StringComparison.Ordinal);
        var end = path.IndexOf('}', at);
        var value = wrong == "unknown id" ? UnknownId(dice) : name switch
        {
            "activityId" => sale.ActivityId.ToString(CultureInfo.InvariantCulture),
            _ => sale.Orders[order],
        };
        return string.Concat(path.AsSpan(0, at), value, path.AsSpan(end + 1));
    }

    static string UnknownId(Dice dice) => dice.Number(0, 3) switch
    {
        0 => dice.Id().ToString(),
        1 => Uri.EscapeDataString(Strange.Number(dice)) + "0",
        2 => "x" + Percent(dice.Bytes(dice.Number(1, 12))),
        _ => "x" + Percent(Encoding.UTF8.GetBytes(Strange.Text(dice) is { Length: > 60 } text ? text[..60] : Strange.Text(dice))),
    };

    string? Authorization(Dice dice, ApiCall call, string? wrong, Sale sale, int order) => wrong switch
    {
        "token" => tokens.Wrong(dice),
        "role" => "Bearer " + tokens.Buyer(dice),
        _ => !call.IsSecured ? null : "Bearer " + (call.IsForBuyers ? Buyer(dice, call, sale, order) : tokens.Operator(dice)),
    };

    string Buyer(Dice dice, ApiCall call, Sale sale, int order)
        => call.PathParameters.Contains("orderId") && dice.Percent(80) ? sale.Owners[order] : tokens.Buyer(dice);

    static string Query(Dice dice, ApiCall call, string? wrong)
    {
        var query = new List<string>();
        if (wrong == "query")
            query.Add(dice.Percent(50) ? $"unknown{dice.Number(0, 9)}=1" : "limit=" + dice.Pick(["0", "-1", "1e3", "x", "", "501", "99999999999999999999", "%00", "1.0"]));
        if (wrong is null or not "query" && dice.Percent(30) && call.Query.Count > 0)
        {
            for (var i = dice.Number(1, 3); i > 0; i--)
            {
                var name = dice.Pick(call.Query);
                // A number would make the call wait for so many seconds.
                var value = name == "wait" ? dice.Pick(["0", "-1", "31", "x", "", "1e9", "0x1"]) : dice.Percent(50) ? Strange.Text(dice) : Strange.Number(dice);
                query.Add($"{name}={Percent(Encoding.UTF8.GetBytes(value))}");
            }
        }

        return query.Count == 0 || (wrong == "query" && !call.Query.Contains("limit") && query[0].StartsWith("limit", StringComparison.Ordinal))
            ? wrong == "query" ? "?unknown=1" : ""
            : "?" + string.Join('&', query);
    }

    static byte[]? Body(Dice dice, ApiCall call, string? wrong)
    {
        if (call.Body is not { } example)
            return dice.OneIn(20) && call.Changes ? dice.Bytes(dice.Number(0, 100)) : null;

        return wrong switch
        {
            // An empty body may be left out.
            "no object" => JsonText.NoObject(dice, example) is { Length: > 0 } body ? body : [(byte)'['],
            "wrong kind" => JsonText.WrongKind(dice, example),
            "unknown field" => JsonText.WithUnknown(dice, example),
            "value" => Encoding.UTF8.GetBytes(dice.Percent(50)
                ? $"{{\"skuId\":1,\"quantity\":{dice.Pick(["0", "-1", "1.5", "1e400", "1001", "2147483648", "9223372036854775808", "null", "\"1\"", "true"])}}}"
                : $"{{\"skuId\":{dice.Pick(["0", "-1", "3", "1.5", "1e400", "9223372036854775807", "9223372036854775808", "null", "\"1\"", "[1]"])},\"quantity\":1}}"),
            null => Settled(dice, call, dice.Number(0, 4) switch
            {
                0 => example,
                1 => JsonText.BrokenText(dice, example),
                _ => JsonText.OtherValue(dice, example),
            }),
            _ => example,
        };
    }

    /// <summary>What would change the settings for all that follows is made to come too late.</summary>
    static byte[] Settled(Dice dice, ApiCall call, byte[] body) => call.Name switch
    {
        "ChangeCompensationSettings" => JsonText.WithUnknown(dice, body),
        // What a whole archive is sent to the workers for is not of this sale alone.
        "ReprocessOrders" => JsonText.WithUnknown(dice, body),
        _ => body,
    };

    static string? ContentType(Dice dice, string? wrong) => wrong == "content type"
        ? dice.Pick([null, "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "json", "application/jsonx", "*/*", "application/"])
        : dice.Percent(90) ? "application/json" : dice.Pick(["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;", "application/problem+json"]);

    /// <summary>True when they may make the server hang up.</summary>
    static bool AddOddHeaders(Dice dice, StringBuilder head)
    {
        switch (dice.Number(0, 7))
        {
            case 0:
                head.Append("X-Odd: ").Append(Line(Strange.Text(dice))).Append("\r\n");
                return true;
            case 1:
                head.Append("traceparent: 00-").Append(Convert.ToHexStringLower(dice.Bytes(16))).Append('-').Append(Convert.ToHexStringLower(dice.Bytes(8))).Append("-01\r\n");
                return false;
            case 2:
                head.Append("Accept: ").Append(dice.Pick(["text/html", "*/*;q=0", "application/xml", ",,,", "a"])).Append("\r\n");
                return false;
            case 3:
                head.Append("X-Long: ").Append('a', dice.Number(1, 20_000)).Append("\r\n");
                return true;
            case 4:
                for (var i = dice.Number(1, 90); i > 0; i--)
                    head.Append(CultureInfo.InvariantCulture, $"X-{i}: 1\r\n");
                return true;
            case 5:
                head.Append("Prefer: ").Append(dice.Pick(["wait", "wait=", "wait=-1", "wait=x", "wait=99999999999999999999", "respond-async", "=", ";", ",,", "wait=\"1"])).Append("\r\n");
                return false;
            case 6:
                head.Append("X-Forwarded-For: ").Append(dice.Pick(["127.0.0.1", "::1", "a", ",", "1.2.3.4, 5.6.7.8"])).Append("\r\n");
                return false;
            default:
                head.Append("Cookie: ").Append(Line(Strange.Text(dice))).Append("\r\n");
                return true;
        }
    }

    /// <summary>As a header's value: without what would end its line.</summary>
    static string Line(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)).Replace('\r', '_').Replace('\n', '_');

    static string Percent(byte[] bytes) => string.Concat(bytes.Select(x => char.IsAsciiLetterOrDigit((char)x) ? $"{(char)x}" : $"%{x:X2}"));
}
