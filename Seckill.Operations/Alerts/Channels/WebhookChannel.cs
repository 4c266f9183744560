using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>
/// Posts alerts as JSON to any address; 2xx means taken. With a secret, <see cref="SignatureHeader"/> is <c>sha256=</c> and the hexadecimal
/// HMAC-SHA256 over the <see cref="TimestampHeader"/>'s value, a full stop and the body's bytes.
/// </summary>
sealed class WebhookChannel(string name, AlertChannelOptions options, TimeProvider clock) : IAlertChannel, IDisposable
{
    public const string TimestampHeader = "X-Seckill-Timestamp";

    public const string SignatureHeader = "X-Seckill-Signature";

    /// <summary>Version of the body. Fields are only ever added within one.</summary>
    public const string Version = "1";

    readonly JsonPost _post = new(clock);

    public string Name => name;

    public string Receiver { get; } = JsonPost.ReceiverOf(options.Url);

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var body = Body(message);
        var answer = await _post.SendAsync(new Uri(options.Url), body, Headers(body), cancellationToken).ConfigureAwait(false);
        return (int)answer.Status is >= 200 and < 300 ? DeliveryResult.Delivered : answer.NotOk;
    }

    public void Dispose() => _post.Dispose();

    static byte[] Body(AlertMessage message) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = Version,
        title = message.Title,
        text = message.Text,
        alerts = message.Alerts.Select(x => new
        {
            id = x.Id,
            kind = x.Alert.Kind,
            key = x.Alert.Key,
            severity = x.Alert.Severity == AlertSeverity.Urgent ? "urgent" : "warning",
            resolved = x.Alert.IsResolved,
            at = x.Alert.At.UtcDateTime,
            repeats = x.Repeats,
            facts = x.Alert.Facts.Select(fact => new { name = fact.Key, value = fact.Value }),
        }),
    }, RobotJson.Options);

    IEnumerable<KeyValuePair<string, string>> Headers(byte[] body)
    {
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        yield return new(TimestampHeader, timestamp);
        if (options.Secret.Length == 0)
            yield break;
        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp + "."), .. body];
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Secret), signed);
        yield return new(SignatureHeader, "sha256=" + Convert.ToHexStringLower(signature));
    }
}
