using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Seckill.Kafka;

/// <summary>Puts the native client's log lines into ours.</summary>
static class KafkaLog
{
    public static void Write(ILogger logger, LogMessage message)
    {
        // A lost connection repeats every second or so and is reported as health; it is no news at warning level.
        var level = message.Level switch
        {
            SyslogLevel.Emergency or SyslogLevel.Alert or SyslogLevel.Critical => LogLevel.Error,
            SyslogLevel.Error when message.Facility is not ("FAIL" or "ERROR") => LogLevel.Warning,
            _ => LogLevel.Debug,
        };
        logger.Log(level, "{Client} {Facility}: {Message}", message.Name, message.Facility, message.Message);
    }
}
