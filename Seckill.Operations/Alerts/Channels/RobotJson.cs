using System.Text.Encodings.Web;
using System.Text.Json;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>JSON for robots: Chinese as it is, since escapes (six bytes a character) would count towards their limits.</summary>
static class RobotJson
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
