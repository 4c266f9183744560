using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Seckill.Kafka.Configuration;

namespace Seckill.Kafka;

/// <summary>Creates the topics at start, as often as it takes: Kafka may come up after us.</summary>
sealed class TopicCreator(KafkaRiderSettings settings, TimeProvider time, ILogger<TopicCreator> logger)
{
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    const int AnswersBeforeReading = 3;

    readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _answers;

    /// <summary>Completes when every topic exists, was refused for good, or was tried often enough for readers to go ahead.</summary>
    public Task Created => _created.Task;

    /// <summary>Creates the topics; ends early when <paramref name="stopping"/>.</summary>
    public async Task Run(IEnumerable<string> deadLetterTopics, CancellationToken stopping)
    {
        var topics = settings.Topics.Concat(Missing(deadLetterTopics)).ToList();
        while (topics.Count > 0 && !stopping.IsCancellationRequested)
        {
            try
            {
                topics = await TryCreate(topics).ConfigureAwait(false);
            }
            catch (KafkaException exception)
            {
                logger.LogWarning("Topics cannot be created yet: {Reason} ({Code})", exception.Error.Reason, exception.Error.Code);
            }

            if (_answers >= AnswersBeforeReading)
                _created.TrySetResult();
            if (topics.Count > 0)
                await Task.Delay(RetryInterval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _created.TrySetResult();
    }

    /// <summary>A dead letter that has no topic to go to would hold up its partition for ever.</summary>
    IEnumerable<KafkaTopic> Missing(IEnumerable<string> deadLetterTopics) => deadLetterTopics
        .Distinct(StringComparer.Ordinal)
        .Except(settings.Topics.Select(topic => topic.Name), StringComparer.Ordinal)
        .Select(name => new KafkaTopic(name, partitions: 1));

    /// <summary>Returns those that are to be tried again.</summary>
    async Task<List<KafkaTopic>> TryCreate(List<KafkaTopic> topics)
    {
        using var admin = new AdminClientBuilder(settings.Configure(new AdminClientConfig { ReconnectBackoffMaxMs = 1000 }))
            .SetLogHandler((_, message) => KafkaLog.Write(logger, message))
            .Build();
        var metadata = await Task.Run(() => admin.GetMetadata(RequestTimeout)).ConfigureAwait(false);
        _answers++;
        topics = topics.ExceptBy(metadata.Topics.Select(topic => topic.Topic), topic => topic.Name, StringComparer.Ordinal).ToList();
        if (topics.Count == 0)
            return [];
        try
        {
            await admin.CreateTopicsAsync(topics.Select(Specify), new CreateTopicsOptions { RequestTimeout = RequestTimeout }).ConfigureAwait(false);
        }
        catch (CreateTopicsException exception)
        {
            return Remaining(topics, exception);
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.Local_UnsupportedFeature)
        {
            // Asking for a topic by name is how such a broker is told to create it.
            foreach (var topic in topics)
                await Task.Run(() => admin.GetMetadata(topic.Name, RequestTimeout)).ConfigureAwait(false);
        }

        return [];
    }

    List<KafkaTopic> Remaining(List<KafkaTopic> topics, CreateTopicsException exception)
    {
        var remaining = new List<KafkaTopic>();
        foreach (var report in exception.Results.Where(report => report.Error.IsError && report.Error.Code != ErrorCode.TopicAlreadyExists))
        {
            if (IsRefusal(report.Error.Code))
            {
                logger.LogError("Topic {Topic} cannot be created: {Reason} ({Code})", report.Topic, report.Error.Reason, report.Error.Code);
                continue;
            }

            logger.LogWarning("Topic {Topic} cannot be created yet: {Reason} ({Code})", report.Topic, report.Error.Reason, report.Error.Code);
            remaining.Add(topics.First(topic => topic.Name == report.Topic));
        }

        return remaining;
    }

    static bool IsRefusal(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.PolicyViolation or ErrorCode.InvalidConfig or ErrorCode.InvalidPartitions or ErrorCode.InvalidReplicationFactor
        or ErrorCode.TopicException;

    static TopicSpecification Specify(KafkaTopic topic)
    {
        var settings = new Dictionary<string, string>(topic.Settings, StringComparer.Ordinal);
        if (topic.Retention is { } retention)
            settings["retention.ms"] = ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = topic.ReplicationFactor,
            Configs = settings,
        };
    }
}
