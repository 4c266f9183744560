using System.Globalization;
using System.Text;

using Confluent.Kafka;

using Microsoft.Extensions.Configuration;

using Seckill.Contracts;

namespace Seckill.Cli.Faults;

/// <summary>Puts records into topic <c>compensation_dlq</c> that are none of our messages.</summary>
static class UnreadableRecords
{
    static readonly byte[][] Values =
    [
        "this is no JSON"u8.ToArray(),
        """{"request": {"orderId": "none"}}"""u8.ToArray(),
        [0x00, 0xff, 0xfe, 0x80],
    ];

    /// <summary>Produces them; returns the ids that they get in the archive.</summary>
    public static async Task<IReadOnlyList<string>> ProduceAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = configuration["Kafka:Bootstrap"],
            MessageTimeoutMs = 30_000,
        }).Build();
        var archiveIds = new List<string>();
        foreach (var value in Values)
        {
            var delivered = await producer.ProduceAsync(
                TopicNames.CompensationDeadLetter,
                new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(archiveIds.Count.ToString(CultureInfo.InvariantCulture)), Value = value },
                cancellationToken);
            archiveIds.Add(Operations.Archive.FailedOrder.IdOf(delivered.Topic, delivered.Partition.Value, delivered.Offset.Value));
        }

        return archiveIds;
    }
}
