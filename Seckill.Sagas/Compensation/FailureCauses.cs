using MassTransit;

using MySqlConnector;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Faults;
using Seckill.Kafka;
using Seckill.Ledger.Connections;
using Seckill.Sagas.Transactions;

using StackExchange.Redis;

namespace Seckill.Sagas.Compensation;

/// <summary>Stable words for what failed, by which operators filter and reports count.</summary>
public static class FailureCauses
{
    /// <summary>Anything else.</summary>
    public const string Other = "other";

    /// <summary>A dead letter that can't be read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>All words.</summary>
    public static readonly IReadOnlyList<string> All =
        ["locked", "conflict", "stock_not_ready", "injected", "redis", "mysql", "kafka", "timeout", Unreadable, Other];

    /// <summary>The word for an exception, or for what caused it.</summary>
    public static string Of(Exception exception) => exception switch
    {
        TransactionLockedException => "locked",
        TransactionConflictException => "conflict",
        StockNotReadyException => "stock_not_ready",
        InjectedFaultException => "injected",
        RedisException or RedisScriptException => "redis",
        MySqlException or ConnectionLostException => "mysql",
        KafkaUnavailableException or KafkaProduceException => "kafka",
        { InnerException: { } inner } when Of(inner) is not Other and var cause => cause,
        TimeoutException => "timeout",
        _ => Other,
    };

    /// <summary>The failure in words: the message, and those of its causes where they say more.</summary>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var texts = new List<string>();
        for (var x = exception; x is not null; x = x.InnerException)
        {
            // MassTransit's wrapper says nothing that its cause does not.
            if (x is EventExecutionException { InnerException: not null })
                continue;
            if (texts.Count == 0 || !texts[^1].Contains(x.Message, StringComparison.Ordinal))
                texts.Add($"{x.GetType().Name}: {x.Message}");
        }

        return string.Join(" < ", texts);
    }
}
