using System.Globalization;
using System.Text;

using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;

namespace Seckill.Fuzz.Http;

/// <summary>What the client does after it has sent its bytes.</summary>
enum Leaving
{
    /// <summary>Says that there is no more, and waits for the end.</summary>
    Closing,

    /// <summary>Waits for a moment, and hangs up.</summary>
    Waiting,

    /// <summary>Hangs up at once.</summary>
    Vanishing,
}

/// <summary>Bytes for a connection of their own, in the pieces in which they are sent.</summary>
sealed record RawInput(IReadOnlyList<byte[]> Pieces, Leaving Leaving)
{
    public byte[] Bytes => [.. Pieces.SelectMany(x => x)];
}

/// <summary>Makes bytes that look like HTTP to some degree. A whole order is only ever aimed at what may change; at what is watched, only the beginning of one.</summary>
sealed class RawInputs(FuzzRun run, HttpTokens tokens)
{
    public RawInput Make(Dice dice)
    {
        var bytes = dice.Number(0, 11) switch
        {
            0 => dice.Bytes(dice.Number(0, 600)),
            1 or 2 => Beginning(dice, Order(dice, run.Watched)),
            3 => Chunked(dice),
            4 => RequestLine(dice),
            5 => Lengths(dice),
            6 => [.. Enumerable.Range(0, dice.Number(2, 6)).SelectMany(_ => dice.Percent(70) ? Get(dice) : Order(dice, run.Open))],
            7 => Huge(dice),
            8 => Other(dice),
            _ => Damaged(dice, dice.Percent(50) ? Order(dice, run.Open) : Get(dice)),
        };
        var pieces = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = dice.OneIn(3) ? dice.Number(1, bytes.Length - at) : bytes.Length - at;
            pieces.Add(bytes[at..(at + length)]);
            at += length;
        }

        return new RawInput(pieces, dice.Number(0, 9) switch { < 5 => Leaving.Closing, < 8 => Leaving.Vanishing, _ => Leaving.Waiting });
    }

    byte[] Order(Dice dice, Sale sale)
    {
        const string Body = "{\"skuId\":1,\"quantity\":1}";
        return Text(string.Create(CultureInfo.InvariantCulture,
            $"POST /api/activities/{sale.ActivityId}/orders HTTP/1.1\r\nHost: fuzz\r\nAuthorization: Bearer {tokens.Buyer(dice)}\r\nContent-Type: application/json\r\nIdempotency-Key: raw-{dice.Number(0, 99_999_999)}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"));
    }

    static byte[] Get(Dice dice) => Text(
        $"GET {dice.Pick(["/api/activities", "/healthz/live", "/api/orders", "/metrics", "/openapi/v1.json", "/api/x"])} HTTP/1.1\r\nHost: fuzz\r\n\r\n");

    /// <summary>Without at least its last byte, so that it is no order.</summary>
    static byte[] Beginning(Dice dice, byte[] request) => request[..dice.Number(0, request.Length - 1)];

    byte[] Chunked(Dice dice)
    {
        var head = $"POST /api/activities/{run.Watched.ActivityId.ToString(CultureInfo.InvariantCulture)}/orders HTTP/1.1\r\nHost: fuzz\r\nAuthorization: Bearer {tokens.Buyer(dice)}\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        var size = dice.Pick(["ffffffffffffffff", "7fffffff", "80000000", "-1", "0x18", "18 ", " 18", "g", "", "18;a=b", "18\n", "00000000000000000000000000018", "1", "fffffffffffffffffffffffffff"]);
        // Never the chunk of no bytes that would end it.
        return Text($"{head}{size}\r\n{{\"skuId\":1,\"quantity\":1\r\n{(dice.Percent(50) ? "x" : "")}");
    }

    static byte[] RequestLine(Dice dice)
    {
        var method = dice.Pick(["GET", "get", "", "G\0T", "POST", "CONNECT", "TRACE", "OPTIONS", "PRI", "PROPFIND", new string('A', 40_000), "GET\t", "\u00ff"]);
        var target = dice.Pick([
            "/", "*", "", "//", "http://a/", "http://[::1", "/%", "/%zz", "/%00", "/%c0%af", "/..", "/../../etc/passwd", "/api/orders/%2e%2e/%2e%2e", "?", "/?a=%",
            "/api/orders?after=%ff", "/" + new string('a', 9000), "\\", "/\u00e9", "a:443", "/api/activities/1/orders\u0000", "/;a=b", "/api/activities/-9223372036854775809",
        ]);
        var version = dice.Pick(["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/3.7", "HTTP/11", "http/1.1", "", "HTTP/1.1 ", "HTTP/1.1\r"]);
        return Text($"{method} {target} {version}\r\nHost: {dice.Pick(["fuzz", "", "a b", "[::1", "a:99999", "\u0001", "a\r\nHost: b"])}\r\n\r\n");
    }

    /// <summary>Bodies whose length is said twice, or wrongly.</summary>
    byte[] Lengths(Dice dice) => Text(
        $"POST /api/activities/{run.Watched.ActivityId.ToString(CultureInfo.InvariantCulture)}/orders HTTP/1.1\r\nHost: fuzz\r\nAuthorization: Bearer {tokens.Buyer(dice)}\r\nContent-Type: application/json\r\n"
        + dice.Pick([
            "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", "Content-Length: 0x18\r\n", "Content-Length: 24, 24\r\n", "Content-Length: 24\r\nContent-Length: 25\r\n",
            "Content-Length: 24x\r\n", "Content-Length: \r\n", "Content-Length: 10\r\n", "Content-Length: 10000\r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked, chunked\r\n", "Content-Length: 23\r\nTransfer-Encoding: chunked\r\n", "Expect: 200-ok\r\nContent-Length: 23\r\n", " Content-Length: 24\r\n",
        ]) + "\r\n{\"skuId\":1,\"quantity\":1}");

    static byte[] Huge(Dice dice) => dice.Number(0, 3) switch
    {
        0 => Text($"GET / HTTP/1.1\r\nHost: fuzz\r\nX: {new string('a', dice.Number(10_000, 80_000))}\r\n\r\n"),
        1 => Text($"GET / HTTP/1.1\r\n{string.Concat(Enumerable.Range(0, dice.Number(60, 2000)).Select(x => $"X{x.ToString(CultureInfo.InvariantCulture)}: 1\r\n"))}\r\n"),
        2 => Text($"GET /{new string('a', dice.Number(8_000, 100_000))} HTTP/1.1\r\nHost: fuzz\r\n\r\n"),
        _ => Text(new string('\n', dice.Number(1, 50_000))),
    };

    static byte[] Other(Dice dice) => dice.Number(0, 4) switch
    {
        0 => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. dice.Bytes(dice.Number(0, 100))],
        1 => [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. dice.Bytes(dice.Number(0, 300))],
        2 => Text("GET /\r\n"),
        3 => Text("GET / HTTP/1.1\r\nHost: fuzz\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"),
        _ => Text("GET / HTTP/1.1\nHost: fuzz\n\n"),
    };

    /// <summary>With some of its bytes changed, doubled or lost.</summary>
    static byte[] Damaged(Dice dice, byte[] request)
    {
        var bytes = request.ToList();
        for (var times = dice.Number(1, 6); times > 0 && bytes.Count > 1; times--)
        {
            var at = dice.Number(0, bytes.Count - 1);
            switch (dice.Number(0, 3))
            {
                case 0:
                    bytes[at] = dice.Bytes(1)[0];
                    break;
                case 1:
                    bytes.RemoveRange(at, dice.Number(1, Math.Min(20, bytes.Count - at)));
                    break;
                case 2:
                    bytes.InsertRange(at, dice.Pick<byte[]>([[0], [13], [10], [13, 10], [13, 10, 13, 10], [32], [58], [0xff, 0xfe]]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, dice.Number(1, Math.Min(40, bytes.Count - at))));
                    break;
            }
        }

        return [.. bytes];
    }

    static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
